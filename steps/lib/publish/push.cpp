#include "publish/push.hpp"

#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/subprocess.hpp"

namespace publish {

namespace {

constexpr std::chrono::seconds kRest{10};

std::string publisher_beside_this() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "publish").string();
}

// "ERROR what" of a step's standard error.
std::string error_in(const std::string& text) {
  constexpr std::string_view kMark = "ERROR ";
  const auto begin = text.rfind(kMark);
  if (begin == std::string::npos) return "it does not say why";
  return text.substr(begin + kMark.size(), text.find('\n', begin) - begin - kMark.size());
}

}  // namespace

Push::Push(const environment::Environment& environment) : m_environment(environment) {}

Push::~Push() {
  m_cancel.cancel(SIGTERM);
  join();
}

void Push::join() {
  if (m_thread.joinable()) m_thread.join();
}

void Push::begin(bool at_once) noexcept {
  if (!is_wanted() || m_running) return;
  if (!at_once && std::chrono::steady_clock::now() < m_rest_until) return;
  try {
    join();
    m_running = true;
    m_rest_until = std::chrono::steady_clock::now() + kRest;
    m_thread = std::thread([this] { run(); });
  } catch (const std::exception& error) {
    m_running = false;
    core::log_warning(fmt::format("the view is not published: {}", error.what()));
  }
}

void Push::finish() noexcept {
  if (!is_wanted()) return;
  join();
  run();
}

void Push::run() noexcept {
  try {
    const std::string trouble = attempt();
    if (!trouble.empty() && trouble != m_trouble)
      core::log_warning(
          fmt::format("the view is not published, the next step tries again: {}", trouble));
    m_trouble = trouble;
  } catch (const core::Cancelled&) {
    // the step is ending: the next one publishes
  } catch (const std::exception& error) {
    core::log_warning(fmt::format("the view is not published: {}", error.what()));
  }
  m_running = false;
}

std::string Push::attempt() const {
  core::Command command;
  command.argv = {publisher_beside_this(), "--environment-file", m_environment.source, "--quiet"};
  command.environment["STEP_RESULT"] = "";  // that file is this step's
  command.timeout_seconds = static_cast<int>(m_environment.publish.get_int("timeout_seconds"));
  try {
    const auto result = core::run(command, m_cancel);
    return result.exit_code == 0 ? "" : error_in(result.errors);
  } catch (const core::Error& error) {
    return error.what();
  }
}

}  // namespace publish
