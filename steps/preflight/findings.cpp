#include "preflight/findings.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace preflight {

void Findings::add(const std::string& name, const resources::PreflightReport& report) {
  for (const auto& finding : report.findings) add(name, finding);
  for (const auto& line : report.plan) core::log_info(fmt::format("plan: {}: {}", name, line));
  m_bytes += report.estimated_bytes;
}

void Findings::add(const std::string& name, const resources::Finding& finding) {
  const std::string line = fmt::format("{}: {}", name, finding.message);
  const std::string hint = finding.hint.empty() ? "" : " (" + finding.hint + ")";
  core::log(finding.blocking ? core::LogLevel::kError : core::LogLevel::kWarning, line + hint);
  if (!finding.blocking) return;
  if (!m_first) m_first = resources::Finding{finding.code, line, finding.hint, true};
  ++m_blocking;
}

void Findings::guarded(const std::string& name, const std::function<void()>& check) {
  try {
    check();
  } catch (const core::Error& error) {
    add(name, resources::Finding{error.code(), error.what(), error.hint(), true});
  }
}

void Findings::refuse() const {
  if (!m_first) return;
  const std::string more =
      m_blocking > 1 ? fmt::format(" (and {} more, see above)", m_blocking - 1) : "";
  throw core::Error(m_first->code, m_first->message + more, m_first->hint);
}

}  // namespace preflight
