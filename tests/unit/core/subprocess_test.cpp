#include "core/subprocess.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace {

core::Command shell(const std::string& script) {
  core::Command command;
  command.argv = {"sh", "-c", script};
  command.timeout_seconds = 20;
  return command;
}

core::CommandResult run(const core::Command& command) {
  return core::run(command, core::CancelToken{});
}

core::ExitCode code_of(const core::Command& command) {
  try {
    run(command);
  } catch (const core::Error& error) {
    return error.code();
  }
  return core::ExitCode::kOk;
}

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace

TEST_CASE("a command gets its arguments unread by any shell") {
  core::Command command;
  command.argv = {"printf", "%s|", "a b", "$(id)", "`x`", "'\"\n"};
  CHECK(run(command).output == "a b|$(id)|`x`|'\"\n|");
}

TEST_CASE("output, errors and exit code of a command come back apart") {
  const auto result = run(shell("echo out; echo err >&2; exit 7"));
  CHECK(result.output == "out\n");
  CHECK(result.errors == "err\n");
  CHECK(result.exit_code == 7);
}

TEST_CASE("a command that a signal ended has exit code 128 and the signal") {
  CHECK(run(shell("kill -9 $$")).exit_code == 128 + SIGKILL);
}

TEST_CASE("megabytes go in and out at the same time without a deadlock") {
  core::Command command;
  command.argv = {"cat"};
  command.input.assign(std::size_t{5} << 20, 'x');
  CHECK(run(command).output == command.input);
}

TEST_CASE("a command that never reads its input does not end the step by a signal") {
  core::Command command = shell("exec <&-; echo done");
  command.input.assign(std::size_t{1} << 20, 'x');
  CHECK(run(command).output == "done\n");
}

TEST_CASE("a command sees added environment variables and its folder") {
  core::Command command = shell("echo $COLOUR; pwd");
  command.environment = {{"COLOUR", "blue green"}};
  command.folder = "/usr";
  CHECK(run(command).output == "blue green\n/usr\n");
}

TEST_CASE("a command inherits no descriptor but the first three") {
  const core::UniqueFd leak(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC, as a library may
  CHECK(run(shell("ls /proc/self/fd | tr '\\n' ' '")).output == "0 1 2 3 ");  // 3: ls's own
}

TEST_CASE("a program that does not exist is a configuration error") {
  core::Command command;
  command.argv = {"no-such-program-anywhere"};
  CHECK(code_of(command) == core::ExitCode::kConfiguration);
  command = shell("true");
  command.folder = "/no/such/folder";
  CHECK(code_of(command) == core::ExitCode::kConfiguration);
}

TEST_CASE("a command past its time limit is ended with its children") {
  core::Command command = shell("sleep 60 & echo $! > /dev/null; sleep 60");
  command.timeout_seconds = 1;
  const double seconds =
      seconds_of([&] { CHECK(code_of(command) == core::ExitCode::kServiceError); });
  CHECK(seconds < 5);
}

TEST_CASE("a command that ignores SIGTERM is killed at its time limit") {
  core::Command command = shell("trap '' TERM; while :; do sleep 0.1; done");
  command.timeout_seconds = 1;
  const double seconds =
      seconds_of([&] { CHECK(code_of(command) == core::ExitCode::kServiceError); });
  CHECK(seconds < 6);
}

TEST_CASE("output above its limit ends the command") {
  core::Command command = shell("yes");
  command.output_limit = 100000;
  CHECK(code_of(command) == core::ExitCode::kServiceError);
}

TEST_CASE("a cancelled step ends the command within seconds") {
  core::CancelToken cancel;
  std::thread signal([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel.cancel(SIGTERM);
  });
  const double seconds =
      seconds_of([&] { CHECK_THROWS_AS(core::run(shell("sleep 60"), cancel), core::Cancelled); });
  signal.join();
  CHECK(seconds < 5);
}

TEST_CASE("a command does not inherit blocked signals") {
  sigset_t set;
  sigset_t old;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, &old);
  const auto result = run(shell("kill -TERM $$; sleep 5"));
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  CHECK(result.exit_code == 128 + SIGTERM);
}

TEST_CASE("a daemon left behind does not hold the step up") {
  const double seconds =
      seconds_of([] { CHECK(run(shell("sleep 8 & echo up")).output == "up\n"); });
  CHECK(seconds < 4);
}

TEST_CASE("a failed checked command gives the asked exit code and the last line of its errors") {
  try {
    core::run_checked(shell("echo first >&2; echo last >&2; exit 3"), core::CancelToken{},
                      core::ExitCode::kNotFound);
    FAIL("no error");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kNotFound);
    CHECK(std::string(error.what()) == "sh ended with exit code 3: last");
    CHECK(error.hint().find("run sh by hand") == 0);
  }
}

TEST_CASE("streamed output arrives whole and is not limited") {
  core::Command command = shell("head -c 3000000 /dev/zero");
  command.output_limit = 10;
  std::size_t bytes = 0;
  core::run_streaming(command, core::CancelToken{},
                      [&](std::string_view piece) { bytes += piece.size(); });
  CHECK(bytes == 3000000);
}
