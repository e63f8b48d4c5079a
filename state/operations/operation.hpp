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

struct Operation {
  std::string id;
  Kind kind = Kind::kBackup;
  std::string description;
  std::string requested_by;
  std::string build_url;
  std::string request_id;  // empty: none
  std::int64_t started_ms = 0;
  std::int64_t epoch = 0;
  std::string phase;               // the last step that began: "snapshot"
  std::string target_archive;      // restore: BackupId to bring back
  std::string snapshot_archive;    // the archive this operation made (restore: the safety archive)
  bool target_verified = false;    // within this operation
  bool snapshot_verified = false;  // within this operation
  bool proved = false;
  Outcome outcome = Outcome::kRunning;
  std::string error;
  std::string tool_version;
  // Typed exceptions given at begin.
  std::map<std::string, std::string> allow_missing;  // resource -> reason
  std::vector<std::string> skip_resources;
  bool fresh_server = false;
  bool rollback_on_failure = true;
};

struct EnvironmentRow {
  EnvironmentState state = EnvironmentState::kLive;
  std::map<std::string, EnvironmentState> resources;  // per resource; absent = live
  std::int64_t epoch = 0;
  std::string restoring_from;              // BackupId while closed
  std::optional<bool> maintenance_return;  // state to return to; set while we own maintenance
};

}  // namespace state
