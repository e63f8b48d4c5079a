#include "state/operations/begin_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "state/operations/status.hpp"

namespace state {

using core::Error;
using core::ExitCode;

namespace {

constexpr std::size_t kLongestText = 4000;
constexpr std::int64_t kHourMs = 3'600'000;

void refuse_long(const char* name, const std::string& text) {
  if (text.size() > kLongestText)
    throw Error(ExitCode::kUsage, fmt::format("{} is longer than {} bytes", name, kLongestText),
                "shorten it");
}

void refuse_without_reason(const char* name, const std::map<std::string, std::string>& reasons) {
  for (const auto& [resource, reason] : reasons)
    if (reason.empty())
      throw Error(ExitCode::kUsage, fmt::format("{} names '{}' without a reason", name, resource),
                  "write it as `resource: reason`");
}

void refuse_for_backup(const BeginRequest& request) {
  if (!request.fresh_server.empty() || !request.accept_no_safety.empty() ||
      !request.skip_resources.empty())
    throw Error(ExitCode::kUsage,
                "FreshServer, AcceptNoSafety and SkipResources belong to a restore",
                "leave them empty");
}

std::string build_of(const Operation& operation) {
  return operation.build_url.empty() ? "a shell on " + operation.host : operation.build_url;
}

}  // namespace

std::string describe_holder(const Operation& operation) {
  std::string text = fmt::format("{} by {}", to_text(operation.kind), build_of(operation));
  if (!operation.requested_by.empty())
    text += fmt::format(" (asked for by {})", operation.requested_by);
  return text + fmt::format(", since {}, phase {}", core::to_iso8601(operation.started_ms),
                            operation.phase);
}

void refuse_bad_request(const BeginRequest& request, const std::string& environment) {
  refuse_long("Description", request.description);
  refuse_long("RequestId", request.request_id);
  refuse_long("FreshServer", request.fresh_server);
  refuse_long("AcceptNoSafety", request.accept_no_safety);
  refuse_without_reason("AllowMissing", request.allow_missing);
  refuse_without_reason("SkipResources", request.skip_resources);
  if (request.kind == Kind::kBackup) return refuse_for_backup(request);
  if (request.backup_id.empty())
    throw Error(ExitCode::kUsage, "BackupId is empty: a restore needs the archive to bring back",
                "`catalogue list` shows every BackupId");
  if (!core::is_backup_id(request.backup_id))
    throw Error(ExitCode::kUsage,
                fmt::format("'{}' is not a BackupId", request.backup_id.substr(0, 120)),
                "copy it whole from `catalogue list`: environment-time-6 hex digits");
  if (const auto other = core::environment_of(request.backup_id); other != environment)
    throw Error(ExitCode::kNotFound,
                fmt::format("archive '{}' belongs to environment '{}', not to '{}'",
                            request.backup_id, other, environment),
                fmt::format("choose a BackupId that begins with '{}-'", environment));
}

void refuse_busy(const Operation& running) {
  throw Error(ExitCode::kBusy,
              fmt::format("another operation is running: {}", describe_holder(running)),
              "wait until it has ended, then start this job again");
}

void refuse_queued_behind(const BeginRequest& request, const std::optional<Operation>& last_ended) {
  if (!last_ended || request.scheduled_ms >= last_ended->finished_ms.value_or(0)) return;
  throw Error(ExitCode::kBusy,
              fmt::format("another operation was running when this build was asked for: {}, ended "
                          "{}",
                          describe_holder(*last_ended), core::to_iso8601(*last_ended->finished_ms)),
              "if it is still wanted, start this job again");
}

bool is_already_done(const BeginRequest& request, const std::optional<Operation>& earlier) {
  if (!earlier || !request.replay_of.empty()) return false;
  // What went wrong after the archive was verified (prune) is no reason to lock users out once
  // more.
  if (request.nightly && earlier->outcome != Outcome::kRunning) return earlier->snapshot_verified;
  if (earlier->parameters != canonical_parameters(request))
    throw Error(ExitCode::kUsage,
                fmt::format("RequestId '{}' was used before with other parameters, by {}",
                            request.request_id, build_of(*earlier)),
                "send a new RequestId");
  if (earlier->outcome == Outcome::kSucceeded) return true;
  if (earlier->outcome == Outcome::kRunning) refuse_busy(*earlier);
  throw Error(ExitCode::kPrecondition,
              fmt::format("the operation with RequestId '{}' has {}: {}", request.request_id,
                          to_text(earlier->outcome), build_of(*earlier)),
              "send a new RequestId");
}

void refuse_closed(const BeginRequest& request, const EnvironmentRow& environment) {
  if (!environment.closed() && !request.accept_no_safety.empty())
    throw Error(ExitCode::kPrecondition,
                fmt::format("AcceptNoSafety is for an environment that an interrupted restore left "
                            "closed, and '{}' is live: its safety archive can be made",
                            environment.name),
                "leave AcceptNoSafety empty");
  if (!environment.closed() || request.kind == Kind::kRestore) return;
  throw Error(ExitCode::kPrecondition,
              fmt::format("environment '{}' is {} by a restore of {} that has not ended: there is "
                          "nothing whole to back up",
                          environment.name, to_text(environment.state), environment.restoring_from),
              "finish it: " + way_out(environment));
}

void refuse_target(const std::string& backup_id, const std::optional<ArchiveRecord>& target) {
  constexpr const char* kChoose = "choose another one: `catalogue list` shows every BackupId";
  if (!target)
    throw Error(ExitCode::kNotFound, fmt::format("archive '{}' is not in the catalogue", backup_id),
                kChoose);
  if (target->status == ArchiveStatus::kPruned)
    throw Error(ExitCode::kNotFound,
                fmt::format("archive '{}' was pruned on {}", backup_id,
                            core::to_iso8601(target->pruned_ms.value_or(0))),
                kChoose);
  if (target->status == ArchiveStatus::kDamaged)
    throw Error(ExitCode::kIntegrity,
                fmt::format("archive '{}' is damaged: {}", backup_id, target->damage), kChoose);
  if (target->status != ArchiveStatus::kComplete)
    throw Error(
        ExitCode::kNotFound,
        fmt::format("archive '{}' was never completed ({})", backup_id, to_text(target->status)),
        kChoose);
}

void refuse_lost_file(const std::string& backup_id) {
  throw Error(ExitCode::kNotFound,
              fmt::format("archive '{}' is in the catalogue, but its file is gone", backup_id),
              "put the file back from the server's disk backup, or choose another BackupId");
}

void refuse_clock_jump(std::int64_t now_ms, std::int64_t newest_ms) {
  throw Error(ExitCode::kPrecondition,
              fmt::format("this machine's clock has jumped: it is {} now, the newest time seen is "
                          "{}",
                          core::to_iso8601(now_ms), core::to_iso8601(newest_ms)),
              "if the clock is right, run `prune --confirm-clock` once; the next backup prunes "
              "again");
}

bool is_implausible_time(std::int64_t now_ms, std::int64_t newest_ms) {
  return now_ms < newest_ms - kHourMs || now_ms > newest_ms + 30 * 24 * kHourMs;
}

void note_time(EnvironmentRow& environment, Operation& operation, std::int64_t now_ms) {
  if (is_implausible_time(now_ms, environment.newest_time_ms))
    operation.clock_jump = true;
  else
    environment.newest_time_ms = std::max(environment.newest_time_ms, now_ms);
}

}  // namespace state
