#pragma once
// Begins an operation, or refuses. One transaction: of two processes that begin at the same moment
// exactly one wins.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "state/operations/liveness.hpp"
#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace state {

struct BeginRequest {
  Kind kind = Kind::kBackup;
  std::string description;
  std::string backup_id;   // restore: what to bring back
  std::string request_id;  // empty: none
  bool nightly = false;    // the RequestId is one day's backup: tried again until one is verified
  std::string requested_by;
  std::string build_url;
  std::string replay_of;          // the build that this one replays or rebuilds; empty: none
  std::int64_t scheduled_ms = 0;  // when the build was asked for; 0: now
  std::map<std::string, std::string> allow_missing;
  std::map<std::string, std::string> skip_resources;
  std::string fresh_server;      // reason; empty: not given
  std::string accept_no_safety;  // reason; empty: not given
  bool rollback_on_failure = true;
  std::string tool_version;
  // Is the target's file there? Asked last; empty: not asked.
  std::function<bool(const std::string& backup_id)> archive_exists;
};

struct Begun {
  bool already_done = false;           // the RequestId has succeeded before: nothing was begun
  std::string backup_id;               // restore: the target; already done: the BackupId it had
  Operation operation;                 // the new one, or the one that did it already
  std::optional<Operation> took_over;  // the dead operation that was ended for this one
  EnvironmentRow environment;
};

// Throws Error: kUsage (BackupId empty or malformed, an exception without a reason, RequestId with
// other parameters), kNotFound (unknown, pruned, unfinished or foreign BackupId), kBusy (an
// operation runs, or one ended after this build was scheduled), kIntegrity (damaged archive),
// kPrecondition (environment closed, RequestId that failed).
Begun begin_operation(StateFile& file, const BeginRequest& request, const LivenessRules& rules);

// All that a RequestId stands for, as text to compare.
std::string canonical_parameters(const BeginRequest& request);

}  // namespace state
