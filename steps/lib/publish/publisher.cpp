#include "publish/publisher.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "publish/export_file.hpp"

namespace publish {

namespace {

constexpr std::uintmax_t kLargeBytes = 4 << 20;
constexpr int kRestFactor = 20;  // at most 5 % of the time goes into the view

bool is_large(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return !missing && size > kLargeBytes;
}

}  // namespace

Publisher::Publisher(const environment::Environment& environment, const core::Clock& clock)
    : m_environment(environment), m_clock(clock), m_push(environment) {}

void Publisher::tell(bool at_once) noexcept {
  m_push.begin(at_once);
  const auto begun = std::chrono::steady_clock::now();
  if (!at_once && begun < m_rest_until) return;
  write();
  const auto ended = std::chrono::steady_clock::now();
  m_rest_until = ended + kRestFactor * (ended - begun);
}

void Publisher::tell_all() noexcept {
  write();
  m_push.finish();
}

void Publisher::write() noexcept {
  try {
    if (!m_file)
      m_file = std::make_unique<state::StateFile>(
          state::Place{m_environment.state_file(), m_environment.name, "", ""},
          state::OpenMode::kExisting, m_clock);
    write_export(m_environment, *m_file);
    m_trouble.clear();
  } catch (const core::Error& error) {
    // an environment without a state file has nothing to tell
    const bool nothing = error.code() == core::ExitCode::kNotFound;
    if (!nothing && m_trouble != error.what()) {
      m_trouble = error.what();
      core::log_warning(fmt::format("the published view is out of date: {}", m_trouble));
    }
  } catch (const std::exception& error) {
    core::log_warning(fmt::format("the published view is out of date: {}", error.what()));
  }
}

AfterChange::~AfterChange() {
  if (m_quick && is_large(m_environment.view_file())) return;
  Publisher(m_environment).tell_all();
}

}  // namespace publish
