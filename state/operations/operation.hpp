#pragma once
// Rows of `operations` and `environment` as plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace state {

// live -> destroying -> destroyed -> restoring -> restored -> live; all but live is "closed".
enum class EnvironmentState { kLive, kDestroying, kDestroyed, kRestoring, kRestored };
enum class Kind { kBackup, kRestore };
enum class Outcome { kRunning, kSucceeded, kFailed, kInterrupted, kAborted, kAbandoned };

const char* to_text(EnvironmentState state);
const char* to_text(Kind kind);
const char* to_text(Outcome outcome);
// Throw Error(kState) for a word that is none of the above; kind_from_text: Error(kUsage).
EnvironmentState environment_state_from_text(const std::string& text);
Kind kind_from_text(const std::string& text);
Outcome outcome_from_text(const std::string& text);

// By both clocks, so that an age within one boot does not depend on the calendar.
struct Moment {
  std::int64_t unix_ms = 0;
  std::int64_t boottime_ms = 0;
  std::string boot_id;
};

// One step that ran within an operation.
struct Phase {
  std::string name;  // "snapshot"; maintenance has "maintenance on" and "maintenance off"
  bool rollback = false;
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> ended_ms;  // absent: running, or killed
  std::optional<int> exit_code;
  std::string message;   // of a failure
  bool refused = false;  // by check_allowed(): it did nothing

  bool succeeded() const { return exit_code == 0; }
  bool failed() const { return exit_code && *exit_code > 0 && *exit_code < 128; }
  // Killed, or ended by a signal (an abort).
  bool cut_off() const { return !exit_code || *exit_code >= 128; }
};

struct Operation {
  std::string id;
  Kind kind = Kind::kBackup;
  std::string description;
  std::string requested_by;
  std::string build_url;
  std::string replay_of;   // the build that a replay or rebuild repeats; empty: none
  std::string request_id;  // empty: none
  std::string parameters;  // canonical text, compared for the same RequestId
  std::string host;
  std::int64_t scheduled_ms = 0;
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> finished_ms;
  std::int64_t heartbeat_ms = 0;
  std::int64_t heartbeat_boottime_ms = 0;
  std::string boot_id;
  std::int64_t epoch = 0;
  std::string phase;  // the last step that began: "snapshot"
  std::optional<int> percent;
  std::string progress;                      // its last progress line
  std::optional<std::int64_t> seconds_left;  // of the running step, estimated
  std::string target_archive;                // restore: BackupId to bring back
  std::string snapshot_archive;    // the archive this operation made (restore: the safety archive)
  bool safety_inherited = false;   // the safety archive is the interrupted operation's
  bool target_verified = false;    // within this operation
  bool snapshot_verified = false;  // within this operation
  bool destroy_began = false;
  bool proved = false;
  bool rolling_back = false;
  bool no_safety = false;   // goes on without a safety archive, as one of the exceptions allows
  bool clock_jump = false;  // began, or a step did, at an implausible time: prune refuses
  Outcome outcome = Outcome::kRunning;
  std::string error;
  std::string ended_as;  // of a restore that changed something: "restored", "rolled_back", "closed"
  std::string tool_version;
  // Typed exceptions given at begin.
  std::map<std::string, std::string> allow_missing;   // resource -> reason
  std::map<std::string, std::string> skip_resources;  // the same
  std::string fresh_server;                           // reason; empty: not given
  std::string accept_no_safety;                       // the same
  bool rollback_on_failure = true;
  std::vector<Phase> phases;  // oldest first
};

struct EnvironmentRow {
  std::string name;
  EnvironmentState state = EnvironmentState::kLive;
  std::map<std::string, EnvironmentState> resources;  // per resource; absent = live
  std::int64_t epoch = 0;
  std::string machine_id;
  std::string restoring_from;               // BackupId while closed
  std::string safety_archive;               // BackupId while closed
  std::optional<bool> maintenance_return;   // state to return to; set while we own maintenance
  std::optional<Moment> maintenance_since;  // while maintenance_return is set
  std::int64_t newest_time_ms = 0;

  bool closed() const { return state != EnvironmentState::kLive; }
};

}  // namespace state
