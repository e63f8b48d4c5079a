#include "preflight/checks.hpp"

#include <fmt/format.h>

#include "acting/fresh_server.hpp"
#include "acting/target.hpp"
#include "archive/archive_reader.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "maintenance/maintenance.hpp"
#include "preflight/findings.hpp"
#include "preflight/space.hpp"
#include "resources/selection.hpp"

namespace preflight {

namespace {

constexpr int kExecutors = 4;
constexpr double kFixedOutageSeconds = 5;  // steps that start, locks, the probe

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
    for (const auto& finding : acting::ruins_left(
             m_request.recorded, selection, m_request.skip_resources, target.manifest().backup_id))
      m_findings.add("target", finding);
    for (const auto& name : selection.act_on)
      m_findings.guarded(name, [&] {
        m_findings.add(name, m_resources.at(name)->preflight_restore(target, m_context));
        if (!m_request.closed && m_environment.restore.staging != environment::Staging::kOff)
          staging(name, m_resources.at(name)->plan_staging(target, m_context));
      });
    if (m_environment.restore.staging == environment::Staging::kOff)
      m_findings.add("restore", {core::ExitCode::kConfiguration,
                                 "restore.staging is off: live data is removed before its "
                                 "replacement is proved",
                                 "set restore.staging to \"auto\"", false});
    if (m_outage_seconds > 0)
      core::log_info(fmt::format(
          "plan: users are locked out for the safety backup, its verification and about {}",
          core::human_duration(static_cast<std::int64_t>(kFixedOutageSeconds + m_outage_seconds))));
  }

  void fresh_server() {
    m_findings.guarded("fresh server", [&] {
      for (const auto& finding : acting::occupants(m_resources, m_context))
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

  // What goes in place, and why, is told before anything is staged.
  void staging(const std::string& name, const resources::StagingPlan& plan) {
    const bool required = m_environment.restore.staging == environment::Staging::kRequired;
    if (plan.staged_parts > 0)
      core::log_info(fmt::format("plan: {}: {} parts are loaded beside the live data ({} there)",
                                 name, plan.staged_parts, core::human_bytes(plan.room_bytes)));
    if (plan.staged_parts == 0 && plan.in_place.empty())
      in_place(name, "all of it", "this resource has no place beside its live data", required);
    for (const auto& [part, reason] : plan.in_place) in_place(name, part, reason, required);
    m_outage_seconds += plan.outage_seconds;
  }

  void in_place(const std::string& name, const std::string& part, const std::string& reason,
                bool required) {
    const auto text = fmt::format("{} goes in place, with users out: {}", part, reason);
    if (!required) return core::log_info(fmt::format("plan: {}: {}", name, text));
    m_findings.add(name,
                   {core::ExitCode::kPrecondition, text,
                    "restore.staging is \"required\": set it to \"auto\" to allow this", true});
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
  double m_outage_seconds = 0;     // of the moves
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
