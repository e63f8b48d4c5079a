#include "core/subprocess.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace core {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kKeptErrors = std::size_t{64} << 10;
constexpr int kPollMs = 50;
// After SIGTERM, before SIGKILL: a step itself has to end within 10 s.
constexpr std::chrono::milliseconds kGrace{2000};
// A program that leaves a daemon behind leaves its pipes open too: not waited for any longer.
constexpr std::chrono::milliseconds kOpenPipeAfterExit{500};

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("create", "a pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void set_nonblocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// A program may close its standard input early; that must not end the step by SIGPIPE.
class PipeSignalBlocked {
 public:
  PipeSignalBlocked() {
    ::sigemptyset(&m_set);
    ::sigaddset(&m_set, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &m_set, &m_old);
  }
  ~PipeSignalBlocked() {
    const timespec now{};
    if (!::sigismember(&m_old, SIGPIPE)) ::sigtimedwait(&m_set, nullptr, &now);
    ::pthread_sigmask(SIG_SETMASK, &m_old, nullptr);
  }
  PipeSignalBlocked(const PipeSignalBlocked&) = delete;
  PipeSignalBlocked& operator=(const PipeSignalBlocked&) = delete;

 private:
  sigset_t m_set{};
  sigset_t m_old{};
};

// The step's environment with the command's additions, as the kernel wants it.
class EnvironmentBlock {
 public:
  explicit EnvironmentBlock(const std::map<std::string, std::string>& added) {
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text = *entry;
      if (added.count(std::string(text.substr(0, text.find('=')))) == 0)
        m_entries.emplace_back(text);
    }
    for (const auto& [key, value] : added) m_entries.push_back(key + "=" + value);
    for (auto& entry : m_entries) m_pointers.push_back(entry.data());
    m_pointers.push_back(nullptr);
  }
  char** data() { return m_pointers.data(); }

 private:
  std::vector<std::string> m_entries;
  std::vector<char*> m_pointers;
};

struct SpawnActions {
  SpawnActions() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnActions() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  // Steps block SIGTERM and SIGINT in every thread; a program must not inherit that.
  void reset_signals() {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

pid_t spawn(const Command& command, int in, int out, int err) {
  SpawnActions actions;
  actions.reset_signals();
  ::posix_spawn_file_actions_adddup2(&actions.files, in, 0);
  ::posix_spawn_file_actions_adddup2(&actions.files, out, 1);
  ::posix_spawn_file_actions_adddup2(&actions.files, err, 2);
  ::posix_spawn_file_actions_addclosefrom_np(&actions.files, 3);
  if (!command.folder.empty())
    ::posix_spawn_file_actions_addchdir_np(&actions.files, command.folder.c_str());
  std::vector<std::string> words = command.argv;
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  EnvironmentBlock environment(command.environment);
  pid_t pid = -1;
  const int failure = ::posix_spawnp(&pid, argv[0], &actions.files, &actions.attributes,
                                     argv.data(), environment.data());
  if (failure != 0)
    throw Error(
        ExitCode::kConfiguration,
        fmt::format("cannot start {}{}: {}", command.argv[0],
                    command.folder.empty() ? "" : " in " + command.folder, std::strerror(failure)),
        "install the program or correct its path and its working folder");
  return pid;
}

// The program and its process group; ends them when nobody waited for the exit.
class Child {
 public:
  explicit Child(pid_t pid)
      : m_pid(pid), m_pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  ~Child() {
    if (!m_exited) end_group();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int pidfd() const { return m_pidfd.get(); }
  int exit_code() const { return m_exit_code; }

  // True once the program has ended.
  bool poll_exit() {
    if (m_exited) return true;
    int status = 0;
    if (::waitpid(m_pid, &status, WNOHANG) != m_pid) return false;
    m_exited = true;
    m_exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
  }

  void end_group() {
    ::kill(-m_pid, SIGTERM);
    const auto deadline = SteadyClock::now() + kGrace;
    while (SteadyClock::now() < deadline && !is_zombie()) ::poll(nullptr, 0, 10);
    // While the leader is not reaped, its number cannot name another group.
    ::kill(-m_pid, SIGKILL);
    while (!poll_exit()) ::poll(nullptr, 0, 10);
  }

 private:
  bool is_zombie() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == m_pid;
  }

  pid_t m_pid;
  UniqueFd m_pidfd;
  bool m_exited = false;
  int m_exit_code = 0;
};

// Feeds and drains the three pipes at once, so that neither side waits for the other.
class Conversation {
 public:
  Conversation(const Command& command, const std::function<void(std::string_view)>* on_output)
      : m_command(command), m_on_output(on_output) {
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    m_pid = spawn(command, in.read_end.get(), out.write_end.get(), err.write_end.get());
    m_in = std::move(in.write_end);
    m_out = std::move(out.read_end);
    m_err = std::move(err.read_end);
    for (const UniqueFd* fd : {&m_in, &m_out, &m_err}) set_nonblocking(fd->get());
  }

  CommandResult hold(const CancelToken& cancel) {
    Child child(m_pid);
    const PipeSignalBlocked quiet;
    const auto deadline = SteadyClock::now() + std::chrono::seconds(m_command.timeout_seconds);
    SteadyClock::time_point exited_at = SteadyClock::time_point::max();
    while (!(child.poll_exit() && !m_out && !m_err)) {
      cancel.check();
      const auto now = SteadyClock::now();
      if (child.poll_exit()) {
        exited_at = std::min(exited_at, now);
        if (now - exited_at > kOpenPipeAfterExit) break;
      } else if (now > deadline) {
        throw Error(
            ExitCode::kServiceError,
            fmt::format("{} did not end within {} s", m_command.argv[0], m_command.timeout_seconds),
            "see why it hangs, or raise its time limit");
      }
      exchange(child);
    }
    m_result.exit_code = child.exit_code();
    return std::move(m_result);
  }

 private:
  void exchange(const Child& child) {
    if (m_in && m_sent == m_command.input.size()) m_in = UniqueFd();
    // poll() leaves negative descriptors alone; the pidfd only wakes it.
    std::array<pollfd, 4> waits{{{m_in.get(), POLLOUT, 0},
                                 {m_out.get(), POLLIN, 0},
                                 {m_err.get(), POLLIN, 0},
                                 {m_out || m_err ? -1 : child.pidfd(), POLLIN, 0}}};
    ::poll(waits.data(), waits.size(), kPollMs);
    if (waits[0].revents != 0) feed();
    if (waits[1].revents != 0) drain(m_out, &Conversation::keep_output);
    if (waits[2].revents != 0) drain(m_err, &Conversation::keep_errors);
  }

  void feed() {
    const ssize_t put =
        ::write(m_in.get(), m_command.input.data() + m_sent, m_command.input.size() - m_sent);
    if (put > 0) m_sent += static_cast<std::size_t>(put);
    if (put < 0 && errno != EAGAIN && errno != EINTR) m_in = UniqueFd();
  }

  void drain(UniqueFd& fd, void (Conversation::*keep)(std::string_view)) {
    const ssize_t got = ::read(fd.get(), m_buffer.data(), m_buffer.size());
    if (got > 0) (this->*keep)({m_buffer.data(), static_cast<std::size_t>(got)});
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) fd = UniqueFd();
  }

  void keep_output(std::string_view piece) {
    if (m_on_output != nullptr) return (*m_on_output)(piece);
    if (m_result.output.size() + piece.size() > m_command.output_limit)
      throw Error(ExitCode::kServiceError, fmt::format("{} wrote more than {} bytes",
                                                       m_command.argv[0], m_command.output_limit));
    m_result.output.append(piece);
  }

  void keep_errors(std::string_view piece) {
    m_result.errors.append(piece);
    if (m_result.errors.size() > kKeptErrors)
      m_result.errors.erase(0, m_result.errors.size() - kKeptErrors);
  }

  const Command& m_command;
  const std::function<void(std::string_view)>* m_on_output;
  pid_t m_pid = -1;
  UniqueFd m_in;
  UniqueFd m_out;
  UniqueFd m_err;
  std::size_t m_sent = 0;
  std::array<char, std::size_t{64} << 10> m_buffer;
  CommandResult m_result;
};

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const auto newline = text.rfind('\n');
  return std::string(newline == std::string_view::npos ? text : text.substr(newline + 1));
}

}  // namespace

CommandResult run(const Command& command, const CancelToken& cancel) {
  cancel.check();
  return Conversation(command, nullptr).hold(cancel);
}

CommandResult run_checked(const Command& command, const CancelToken& cancel, ExitCode code) {
  CommandResult result = run(command, cancel);
  if (result.exit_code != 0)
    throw Error(code,
                fmt::format("{} ended with exit code {}: {}", command.argv[0], result.exit_code,
                            last_line(result.errors)),
                fmt::format("run {} by hand as the user of this step: it then says all that it has "
                            "to say",
                            command.argv[0]));
  return result;
}

CommandResult run_streaming(const Command& command, const CancelToken& cancel,
                            const std::function<void(std::string_view)>& on_output) {
  cancel.check();
  return Conversation(command, &on_output).hold(cancel);
}

}  // namespace core
