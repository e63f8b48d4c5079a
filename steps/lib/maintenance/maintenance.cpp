#include "maintenance/maintenance.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/atomic_file.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/subprocess.hpp"
#include "maintenance/http_probe.hpp"

namespace maintenance {

namespace {
constexpr int kMaintenanceStatus = 503;
constexpr int kOneProbeMs = 5'000;
constexpr int kBetweenProbesMs = 200;

bool exists(const std::string& path) {
  struct stat entry {};
  if (::lstat(path.c_str(), &entry) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  core::throw_errno("look for the maintenance flag", path);
}

// One line: what a person wrote must not be able to add lines of its own.
std::string flag_text(std::string who) {
  for (char& c : who)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return fmt::format("maintenance since {} by {}\n",
                     core::to_iso8601(core::system_clock().now_ms()), who);
}

// 0644 whatever the umask: the web server is another user.
void write_flag(const std::string& path, const std::string& who) {
  core::AtomicFile file(path, 0644);
  if (::fchmod(file.fd(), 0644) != 0) core::throw_errno("set the mode of", file.temporary_path());
  file.write(flag_text(who));
  file.commit();
}

// A name without a slash is looked up in PATH when it runs.
void check_program(const std::vector<std::string>& argv) {
  if (argv.empty() || argv.front().find('/') == std::string::npos) return;
  if (::access(argv.front().c_str(), X_OK) == 0) return;
  throw core::Error(
      core::ExitCode::kConfiguration,
      fmt::format("maintenance cannot run {}: {}", argv.front(), std::strerror(errno)),
      "correct the path of that command, or its rights");
}

std::string found(const std::optional<int>& status) {
  return status ? fmt::format("answers {}", *status) : "does not answer";
}
}  // namespace

Switch::Switch(const environment::Maintenance& settings, const core::CancelToken& cancel)
    : m_settings(settings), m_cancel(cancel) {
  if (settings.flag_file.empty() && settings.probe_url.empty())
    throw core::Error(core::ExitCode::kConfiguration,
                      "maintenance has neither flag_file nor probe_url",
                      "set at least one: without it nothing tells whether users are kept out");
  if (!settings.probe_url.empty()) parse_probe_url(settings.probe_url);
}

std::optional<int> Switch::probe() const {
  if (m_settings.probe_url.empty()) return std::nullopt;
  return probe_status(parse_probe_url(m_settings.probe_url), kOneProbeMs, m_cancel);
}

bool Switch::is_flagged() const {
  if (m_settings.flag_file.empty()) return probe() == kMaintenanceStatus;
  return exists(m_settings.flag_file);
}

void Switch::check_rights() const {
  const auto& flag = m_settings.flag_file;
  if (!flag.empty() && ::access(core::folder_of(flag).c_str(), W_OK | X_OK) != 0)
    throw core::Error(core::ExitCode::kPrecondition,
                      fmt::format("the maintenance flag {} cannot be created and removed: {}", flag,
                                  std::strerror(errno)),
                      "give the agent's user the right to write its folder");
  for (const auto* argv : {&m_settings.on_command, &m_settings.off_command,
                           &m_settings.quiesce_command, &m_settings.resume_command})
    check_program(*argv);
}

Status Switch::status() const {
  Status status;
  status.probe_status = probe();
  const bool answers_503 = status.probe_status == kMaintenanceStatus;
  status.flagged = m_settings.flag_file.empty() ? answers_503 : exists(m_settings.flag_file);
  status.on = status.flagged && (m_settings.probe_url.empty() || answers_503);
  if (status.flagged && !status.on)
    status.problem =
        fmt::format("the flag file {} is there, but {} {}, not {}", m_settings.flag_file,
                    m_settings.probe_url, found(status.probe_status), kMaintenanceStatus);
  return status;
}

void Switch::turn_on(const std::string& who) {
  if (!m_settings.flag_file.empty() && !exists(m_settings.flag_file))
    write_flag(m_settings.flag_file, who);
  run(m_settings.on_command, "maintenance.on_command");
  wait_for_probe(true);
  run(m_settings.quiesce_command, "maintenance.quiesce_command");
}

void Switch::turn_off() {
  run(m_settings.resume_command, "maintenance.resume_command");
  run(m_settings.off_command, "maintenance.off_command");
  const auto& flag = m_settings.flag_file;
  if (!flag.empty() && ::unlink(flag.c_str()) != 0 && errno != ENOENT)
    core::throw_errno("remove the maintenance flag", flag);
  wait_for_probe(false);
}

void Switch::return_to(bool was_on) {
  if (!was_on) return turn_off();
  run(m_settings.resume_command, "maintenance.resume_command");
}

void Switch::wait_for_probe(bool answers_503) const {
  if (m_settings.probe_url.empty()) return;
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::seconds(m_settings.probe_timeout_seconds);
  auto status = probe();
  while ((status == kMaintenanceStatus) != answers_503) {
    if (Clock::now() >= deadline)
      throw core::Error(
          core::ExitCode::kPrecondition,
          fmt::format("maintenance is not {}: {} {} after {} s", answers_503 ? "on" : "off",
                      m_settings.probe_url, found(status), m_settings.probe_timeout_seconds),
          answers_503 ? "check that the web server looks at the flag file (share/nginx)"
                      : "see who else keeps the site closed, then run this again");
    m_cancel.sleep_ms(kBetweenProbesMs);
    status = probe();
  }
}

void Switch::run(const std::vector<std::string>& argv, const std::string& what) const {
  if (argv.empty()) return;
  core::log_info(fmt::format("running {}: {}", what, argv.front()));
  core::Command command;
  command.argv = argv;
  core::run_checked(command, m_cancel, core::ExitCode::kServiceError);
}

}  // namespace maintenance
