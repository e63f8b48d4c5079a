#pragma once
// The part Firestore inside an archive: names of members, and the manifest's detail
// {"databases": [{"id", "project", "read_time", "collections": [roots], "published",
//   "contents": {"users/*/orders": {"documents", "checksum"}}}]}.

#include <map>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/content_sum.hpp"
#include "resources/firebase/firestore_database.hpp"

namespace resources::firebase {

using Contents = std::map<std::string, core::ContentSum>;  // by shape of collection

struct ArchivedDatabase {
  Roots roots;
  std::string project;
  std::string read_time;
  std::string published;  // what was left out
  bool missing = false;   // there was no such database
  Contents contents;
  std::vector<const archive::Member*> chunks;

  std::uint64_t documents() const;
};

json::Value to_json(const ArchivedDatabase& database);

// Throws Error(kIntegrity) where members and detail do not fit together. Views into `archive`.
std::vector<ArchivedDatabase> archived_databases(const archive::ArchiveReader& archive);
std::vector<Roots> roots_of(const std::vector<ArchivedDatabase>& databases);

archive::ChunkName chunk_name(const std::string& database, const std::string& collection,
                              std::uint32_t part, std::uint64_t documents);

}  // namespace resources::firebase
