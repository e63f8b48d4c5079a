#include "preflight/checks.hpp"

#include <fmt/format.h>

#include "archive/archive_reader.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "maintenance/maintenance.hpp"
#include "preflight/findings.hpp"
#include "preflight/space.hpp"
#include "resources/selection.hpp"
#include "stage/fresh_server.hpp"
#include "stage/target.hpp"

namespace preflight {

namespace {

constexpr int kExecutors = 4;

class Checks {
 public:
  Checks(const environment::Environment& environment, ResourceMap& resources,
         const Request& request, core::Context& context)
      : m_environment(environment),
        m_resources(resources),
        m_request(request),
        m_context(context) {}

  // A site that cannot be asked, or that is flagged and still answers, is known before users wait.
  void site() {
    m_findings.guarded("maintenance", [&] {
      const maintenance::Switch site(m_environment.maintenance, m_context.cancel);
      site.check_rights();
      const auto status = site.status();
      if (status.flagged && !status.problem.empty())
        m_findings.add("maintenance", {core::ExitCode::kPrecondition, status.problem,
                                       "look at nginx and at the maintenance snippet", false});
    });
  }

  // With fewer, a second request waits in Jenkins' queue instead of being refused at once.
  void agent() {
    if (m_request.executors == 0 || m_request.executors >= kExecutors) return;
    m_findings.add(
        "agent",
        {core::ExitCode::kConfiguration,
         fmt::format("the agent has {} of the {} executors that it needs", m_request.executors,
                     kExecutors),
         fmt::format("set \"# of executors\" of the node to {} in Jenkins", kExecutors), true});
  }

  void restore() {
    const archive::ArchiveReader target(m_environment.archive_path(m_request.target->backup_id),
                                        m_request.target->manifest_sha256);
    const auto selection =
        resources::select(configured(), target.manifest(), m_request.skip_resources);
    core::log_info(fmt::format("plan: restore {} made at {}: {}", target.manifest().backup_id,
                               target.manifest().created_at, target.manifest().description));
    for (const auto& name : selection.left_alone)
      core::log_warning(fmt::format("plan: {} is not in the archive: it is left as it is", name));
    for (const auto& name : selection.skipped)
      core::log_warning(fmt::format("plan: {} is skipped, as asked", name));
    for (const auto& finding : stage::ruins_left(
             m_request.recorded, selection, m_request.skip_resources, target.manifest().backup_id))
      m_findings.add("target", finding);
    for (const auto& name : selection.act_on)
      m_findings.guarded(name, [&] {
        m_findings.add(name, m_resources.at(name)->preflight_restore(target, m_context));
      });
  }

  void fresh_server() {
    m_findings.guarded("fresh server", [&] {
      for (const auto& finding : stage::occupants(m_resources, m_context))
        m_findings.add("fresh server", finding);
    });
  }

  void backup() {
    for (const auto& name : configured()) back_up_one(name);
    auto short_of = check_space(m_environment.archive_folder, m_findings.estimated_bytes());
    if (!short_of.empty() && m_request.make_room) {
      core::log_warning(short_of.front().message + ": pruning first");
      m_request.make_room();
      short_of = check_space(m_environment.archive_folder, m_findings.estimated_bytes());
    }
    for (const auto& finding : short_of) m_findings.add("archive", finding);
    if (!m_request.target && m_environment.maintenance.after_cut) release_after_cut();
    core::log_info(fmt::format("the backup will read about {}",
                               core::human_bytes(m_findings.estimated_bytes())));
  }

  const Findings& findings() const { return m_findings; }

 private:
  std::vector<std::string> configured() const {
    std::vector<std::string> names;
    for (const auto& [name, section] : m_environment.resources) names.push_back(name);
    return names;
  }

  void back_up_one(const std::string& name) {
    const auto reason = m_request.allow_missing.find(name);
    if (reason != m_request.allow_missing.end())
      core::log_warning(
          fmt::format("plan: {} will be absent from the archive: {}", name, reason->second));
    else
      m_findings.guarded(name, [&] {
        auto report = m_resources.at(name)->preflight_backup(m_context);
        if (m_request.target) mention_allow_missing(name, report);
        m_live_bytes +=
            m_resources.at(name)->has_cut() ? report.live_bytes : report.estimated_bytes;
        m_findings.add(name, report);
      });
  }

  // Users wait until all of it is copied.
  void release_after_cut() {
    const auto limit = m_environment.maintenance.max_cut_bytes;
    const auto text = fmt::format("{} without a cut are copied before users are back",
                                  core::human_bytes(m_live_bytes));
    if (m_live_bytes <= limit) return core::log_info(text);
    m_findings.add("maintenance",
                   {core::ExitCode::kPrecondition,
                    fmt::format("{}, more than max_cut_bytes ({})", text, core::human_bytes(limit)),
                    "exclude what need not be kept, raise maintenance.max_cut_bytes, or set "
                    "maintenance.release to \"after_snapshot\"",
                    true});
  }

  // What is lost may be the very reason for the restore.
  static void mention_allow_missing(const std::string& name, resources::PreflightReport& report) {
    for (auto& finding : report.findings)
      if (finding.blocking)
        finding.hint += fmt::format(
            "; if it is lost, restore with AllowMissing '{}: reason': the safety archive then "
            "lacks it",
            name);
  }

  const environment::Environment& m_environment;
  ResourceMap& m_resources;
  const Request& m_request;
  core::Context& m_context;
  Findings m_findings;
  std::uint64_t m_live_bytes = 0;  // of parts that have no cut
};

}  // namespace

std::uint64_t check(const environment::Environment& environment, ResourceMap& resources,
                    const Request& request, core::Context& context) {
  Checks checks(environment, resources, request, context);
  checks.site();
  checks.agent();
  if (request.target) checks.restore();
  if (request.fresh_server && !request.closed) checks.fresh_server();
  if (!request.fresh_server && !request.closed) checks.backup();
  checks.findings().refuse();
  return checks.findings().estimated_bytes();
}

}  // namespace preflight
