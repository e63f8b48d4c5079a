#pragma once
// A row of `archives` with its `archive_resources`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace state {

enum class ArchiveStatus { kWriting, kComplete, kFailed, kDamaged, kPruned };

const char* to_text(ArchiveStatus status);

// What is known of every archive that ever was.
struct ArchiveName {
  std::string backup_id;
  ArchiveStatus status = ArchiveStatus::kWriting;
  bool lost = false;  // pruned, but went_missing() before that
};

struct ArchiveResource {
  std::string name;
  std::optional<std::string> absent;  // reason
  std::uint64_t rows = 0;
  std::uint64_t plain_bytes = 0;
  std::uint64_t stored_bytes = 0;
  std::string detail_json;   // manifest's `detail`, one line
  std::string summary_json;  // what people are told of it; empty in rows of an older version
};

struct ArchiveRecord {
  std::string backup_id;
  std::string operation_id;
  std::string kind;  // "backup" or "safety"
  std::string description;
  std::string requested_by;
  ArchiveStatus status = ArchiveStatus::kWriting;
  std::int64_t created_ms = 0;
  std::int64_t completed_ms = 0;
  std::optional<std::int64_t> verified_ms;
  std::optional<std::int64_t> pruned_ms;
  std::optional<std::int64_t> checked_ms;  // last verification, good or bad
  std::uint64_t size_bytes = 0;
  std::string manifest_sha256;
  bool anchored = true;               // false after a rebuild until confirmed
  std::optional<std::string> pinned;  // the reason
  std::string damage;                 // what verify found
  std::vector<ArchiveResource> resources;
};

// The last verification found no file. That says nothing of what is in it: the file may come back,
// from a disk that was not mounted or from a person. Still true once the archive was pruned.
bool went_missing(const ArchiveRecord& record);

}  // namespace state
