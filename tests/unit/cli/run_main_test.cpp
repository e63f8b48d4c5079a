#include "cli/run_main.hpp"

#include <csignal>
#include <cstdlib>

#include <sys/types.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "cli/log_setup.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace {

const std::string kResult = "/tmp/run-main-test-" + std::to_string(::getpid()) + ".json";

cli::Step step_that(std::function<void(cli::Call&)> run) {
  return {"probe",
          "does what the test says.",
          {"go", "look"},
          {{"backup-id", "ProbeBackupId", "which archive", false, ""},
           {"dry-run", "ProbeDryRun", "only say", true, ""}},
          std::move(run)};
}

int run(const cli::Step& step, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "probe");
  arguments.insert(arguments.end(), {"--result", kResult, "--quiet"});
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  return cli::run_main(step, static_cast<int>(arguments.size()), argv.data());
}

json::Value result() {
  return json::parse(core::read_file(kResult), "result");
}

}  // namespace

TEST_CASE("a step that ends well exits 0 and leaves its result as JSON") {
  const auto step = step_that([](cli::Call& call) { call.result.set("backup_id", "x"); });
  CHECK(run(step, {"go"}) == 0);
  CHECK(result().get_string("outcome") == "ok");
  CHECK(result().get_string("backup_id") == "x");
}

TEST_CASE("an error becomes its exit code, a message and a hint") {
  const auto step = step_that([](cli::Call&) {
    throw core::Error(core::ExitCode::kBusy, "another backup is running", "wait");
  });
  CHECK(run(step, {"go"}) == 11);
  CHECK(result().get_string("outcome") == "refused");
  CHECK(result().get_string("hint") == "wait");
}

TEST_CASE("a step that the operation knows to have begun is not refused, it failed") {
  for (const auto code : {core::ExitCode::kUsage, core::ExitCode::kNotFound, core::ExitCode::kBusy,
                          core::ExitCode::kPrecondition, core::ExitCode::kConfiguration}) {
    const auto step = step_that([&](cli::Call& call) {
      call.failure_recorded = true;
      throw core::Error(code, "maintenance is off", "turn it on");
    });
    CHECK(run(step, {"go"}) == static_cast<int>(code));
    CHECK(result().get_string("outcome") == "failed");
  }
}

TEST_CASE("an unexpected exception is an internal error, never a success") {
  CHECK(run(step_that([](cli::Call&) { throw std::runtime_error("boom"); }), {"go"}) == 1);
}

TEST_CASE("a signal ends the step with 128 plus its number") {
  const auto step = step_that([](cli::Call& call) {
    ::kill(::getpid(), SIGTERM);
    call.cancel.sleep_ms(5000);
  });
  CHECK(run(step, {"go"}) == 128 + SIGTERM);
  CHECK(result().get_string("outcome") == "aborted");
}

TEST_CASE("a failure after the signal counts as ended by the signal") {
  const auto step = step_that([](cli::Call& call) {
    call.cancel.cancel(SIGTERM);
    throw core::Error(core::ExitCode::kServiceError, "lost connection");
  });
  CHECK(run(step, {"go"}) == 143);
}

TEST_CASE("options come from argv before the environment before the fallback") {
  std::string seen;
  bool dry = false;
  const auto step = step_that([&](cli::Call& call) {
    seen = call.options.get("backup-id");
    dry = call.options.flag("dry-run");
  });
  ::setenv("ProbeBackupId", "from environment", 1);
  ::setenv("ProbeDryRun", "true", 1);
  run(step, {"go"});
  CHECK(seen == "from environment");
  CHECK(dry);
  run(step, {"go", "--backup-id", "from argv"});
  CHECK(seen == "from argv");
  ::unsetenv("ProbeBackupId");
  ::unsetenv("ProbeDryRun");
}

TEST_CASE("wrong usage exits 2") {
  const auto step = step_that([](cli::Call&) {});
  CHECK(run(step, {}) == 2);
  CHECK(run(step, {"jump"}) == 2);
  CHECK(run(step, {"go", "--unknown", "x"}) == 2);
  CHECK(run(step, {"go", "--log-level", "loud"}) == 2);
}

TEST_CASE("the help states every exit code and every variable") {
  const auto text = cli::help_text(step_that(nullptr));
  for (const auto& [code, meaning] : core::kExitCodes)
    CHECK(text.find(std::string(meaning)) != std::string::npos);
  CHECK(text.find("$ProbeBackupId") != std::string::npos);
  CHECK(text.find("go|look") != std::string::npos);
}

TEST_CASE("data cannot forge a log line") {
  CHECK(cli::printable("a\nERROR b\x1b[0m") == "a\\x0aERROR b\\x1b[0m");
  CHECK(cli::printable("ünïcode") == "ünïcode");
}
