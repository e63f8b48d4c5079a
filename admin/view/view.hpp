#pragma once
// What the steps publish of one environment, as people may see it: read from the export
// (<state_folder>/<environment>.view.json) or from Firebase. Everything in it is text from outside:
// keys may be missing, and nothing of it is trusted as markup.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/value.hpp"

namespace admin {

struct ResourceView {
  std::string name;
  std::string absent;  // why it is not in the archive; empty: it is
  std::uint64_t rows = 0;
  std::uint64_t plain_bytes = 0;
  std::uint64_t stored_bytes = 0;
  // small facts by their path: "hash", "tags.api", "databases"
  std::vector<std::pair<std::string, std::string>> facts;
};

struct ArchiveView {
  std::string backup_id;
  std::string kind;    // backup, safety
  std::string status;  // complete, damaged
  std::string description;
  std::string requested_by;
  std::int64_t created_ms = 0;
  std::int64_t completed_ms = 0;
  std::int64_t verified_ms = 0;  // 0: never
  std::int64_t duration_seconds = 0;
  std::uint64_t size_bytes = 0;
  std::optional<std::string> pinned;  // the reason
  std::string damage;
  bool anchored = true;
  bool kept = true;
  std::string keep_reason;
  bool prune_next = false;
  std::vector<ResourceView> resources;

  bool damaged() const { return status == "damaged" || !damage.empty(); }
  bool verified() const { return verified_ms > 0 && !damaged(); }
};

struct OperationView {
  std::string id;
  std::string kind;      // backup, restore
  std::string outcome;   // running, succeeded, failed, interrupted, aborted, abandoned
  std::string ended_as;  // restored, rolled_back, closed or empty
  std::string phase;
  std::optional<int> percent;
  std::string progress;
  std::optional<std::int64_t> seconds_left;
  std::string build_url;
  std::string requested_by;
  std::string description;
  std::string request_id;
  std::int64_t started_ms = 0;
  std::int64_t heartbeat_ms = 0;
  std::int64_t finished_ms = 0;
  std::string target_archive;
  std::string snapshot_archive;
  std::string error;
  bool rolling_back = false;
  std::map<std::string, std::string> allow_missing;
};

struct View {
  std::string environment;
  std::int64_t revision = 0;
  std::int64_t published_ms = 0;
  std::string state = "live";
  std::string maintenance = "off";  // off, operation, on
  std::string message;
  std::string way_out;
  std::string restoring_from;
  std::string safety_archive;
  std::optional<OperationView> operation;
  std::optional<OperationView> last_operation;
  std::string undo_archive;  // safety archive of the last restore; empty: nothing to undo
  std::string undo_target;
  std::int64_t undo_ms = 0;
  std::int64_t now_ms = 0;  // as of when `now` was seen
  std::string now_source;
  std::vector<ResourceView> now;
  std::vector<ArchiveView> archives;  // newest first
  std::vector<std::pair<std::string, std::int64_t>> retention;
  std::uint64_t archives_bytes = 0;
  std::uint64_t free_bytes = 0;
  std::string archive_folder;

  bool closed() const { return state != "live"; }
  const ArchiveView* find(const std::string& backup_id) const;
  // The newest archive that somebody could restore with confidence.
  const ArchiveView* newest_verified() const;
};

// Throws Error(kIntegrity) for a document of another environment, a newer format or the wrong
// types.
View parse_view(const json::Value& document, const std::string& environment);

}  // namespace admin
