#include "preflight/preflight_step.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "maintenance/maintenance.hpp"
#include "preflight/space.hpp"
#include "stage/target.hpp"

namespace preflight {

namespace {

using resources::Finding;
using resources::PreflightReport;

// Collects what all checks found, so that the reader mends everything at once.
class Collected {
 public:
  void add(const std::string& name, const PreflightReport& report) {
    for (const auto& finding : report.findings) add(name, finding);
    for (const auto& line : report.plan) core::log_info(fmt::format("plan: {}: {}", name, line));
    m_bytes += report.estimated_bytes;
  }

  void add(const std::string& name, const Finding& finding) {
    const std::string line = fmt::format("{}: {}", name, finding.message);
    const std::string hint = finding.hint.empty() ? "" : " (" + finding.hint + ")";
    core::log(finding.blocking ? core::LogLevel::kError : core::LogLevel::kWarning, line + hint);
    if (!finding.blocking) return;
    if (!m_first) m_first = Finding{finding.code, line, finding.hint, true};
    ++m_blocking;
  }

  std::uint64_t bytes() const { return m_bytes; }

  void refuse() const {
    if (!m_first) return;
    const std::string more =
        m_blocking > 1 ? fmt::format(" (and {} more, see above)", m_blocking - 1) : "";
    throw core::Error(m_first->code, m_first->message + more, m_first->hint);
  }

 private:
  std::optional<Finding> m_first;
  std::size_t m_blocking = 0;
  std::uint64_t m_bytes = 0;
};

// A check that cannot even be made is a finding like any other.
template <typename Check>
void guarded(const std::string& name, Collected& collected, const Check& check) {
  try {
    check();
  } catch (const core::Error& error) {
    collected.add(name, Finding{error.code(), error.what(), error.hint(), true});
  }
}

void check_backup(stage::Stage& stage, Collected& collected) {
  const auto missing = stage.session().operation().allow_missing;
  for (const auto& name : stage.configured()) {
    if (const auto reason = missing.find(name); reason != missing.end()) {
      core::log_warning(
          fmt::format("{} will be absent from the archive: {}", name, reason->second));
      continue;
    }
    guarded(name, collected,
            [&] { collected.add(name, stage.resource(name).preflight_backup(stage.context())); });
  }
  for (const auto& finding : check_space(stage.environment().archive_folder, collected.bytes()))
    collected.add("archive", finding);
  core::log_info(
      fmt::format("the backup will read about {}", core::human_bytes(collected.bytes())));
}

void check_restore(stage::Stage& stage, Collected& collected) {
  const auto target = stage::open_target(stage);
  core::log_info(fmt::format("plan: restore {} of {}: {}", target.archive.manifest().backup_id,
                             target.archive.manifest().created_at,
                             target.archive.manifest().description));
  for (const auto& name : target.selection.act_on)
    guarded(name, collected, [&] {
      collected.add(name, stage.resource(name).preflight_restore(target.archive, stage.context()));
    });
}

void check_site(stage::Stage& stage, Collected& collected) {
  guarded("maintenance", collected, [&] {
    const maintenance::Switch site(stage.environment().maintenance, stage.cancel());
    const auto status = site.status();
    if (status.flagged && !status.problem.empty())
      collected.add("maintenance", Finding{core::ExitCode::kPrecondition, status.problem,
                                           "look at nginx and at the maintenance snippet", false});
  });
}

void run(stage::Stage& stage) {
  Collected collected;
  check_site(stage, collected);
  const auto operation = stage.session().operation();
  const bool closed = stage.session().environment().state != state::EnvironmentState::kLive;
  if (operation.kind == state::Kind::kRestore) check_restore(stage, collected);
  // The ruins of an interrupted restore are not backed up: its safety archive is used again.
  if (!closed) check_backup(stage, collected);
  stage.result().set("estimated_bytes", collected.bytes());
  collected.refuse();
  core::log_info("preflight found nothing in the way");
}

}  // namespace

cli::Step step() {
  return {"preflight",
          "refuses before harm: may this operation go through? Changes nothing.",
          {},
          {},
          [](cli::Call& call) { stage::run(call, "preflight", run); }};
}

}  // namespace preflight
