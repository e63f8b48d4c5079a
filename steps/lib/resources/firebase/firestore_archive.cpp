#include "resources/firebase/firestore_archive.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/firestore_site.hpp"
#include "resources/firebase/part.hpp"

namespace resources::firebase {

namespace {

ArchivedDatabase from_json(const json::Value& entry) {
  ArchivedDatabase database;
  database.roots = {entry.at("id").as_string(), entry.get_strings("collections")};
  database.project = entry.at("project").as_string();
  database.read_time = entry.get_string("read_time");
  database.published = entry.get_string("published");
  database.missing = entry.get_bool("missing");
  for (const auto& [shape, sum] : entry.at("contents").as_object())
    database.contents[shape] =
        core::ContentSum::from(sum.get_uint("documents"), sum.get_string("checksum"));
  return database;
}

void add_chunk(std::vector<ArchivedDatabase>& databases, const archive::Member* member) {
  const auto id = member->meta.get_string("database");
  for (auto& database : databases)
    if (database.roots.database == id) return database.chunks.push_back(member);
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("the member {} belongs to no database", member->name),
                    "use another archive");
}

}  // namespace

std::uint64_t ArchivedDatabase::documents() const {
  std::uint64_t all = 0;
  for (const auto& [shape, sum] : contents) all += sum.count();
  return all;
}

json::Value to_json(const ArchivedDatabase& database) {
  json::Value entry;
  entry.set("id", database.roots.database);
  entry.set("project", database.project);
  entry.set("read_time", database.read_time);
  json::Value roots = json::Value::array();
  for (const auto& name : database.roots.collections) roots.push_back(name);
  entry.set("collections", std::move(roots));
  if (!database.published.empty()) entry.set("published", database.published);
  if (database.missing) entry.set("missing", true);
  json::Value contents = json::Value::object();
  for (const auto& [shape, sum] : database.contents) {
    json::Value one;
    one.set("documents", sum.count());
    one.set("checksum", sum.checksum());
    contents.set(shape, std::move(one));
  }
  entry.set("contents", std::move(contents));
  return entry;
}

std::vector<ArchivedDatabase> archived_databases(const archive::ArchiveReader& archive) {
  std::vector<ArchivedDatabase> databases;
  const auto* detail = part_detail(archive, kFirestore);
  if (detail == nullptr) return databases;
  for (const auto& entry : detail->at("databases").as_array())
    databases.push_back(from_json(entry));
  for (const auto* member : members_of(archive, kFirestore)) add_chunk(databases, member);
  return databases;
}

std::vector<Roots> roots_of(const std::vector<ArchivedDatabase>& databases) {
  std::vector<Roots> roots;
  for (const auto& database : databases) roots.push_back(database.roots);
  return roots;
}

archive::ChunkName chunk_name(const std::string& database, const std::string& collection,
                              std::uint32_t part, std::uint64_t documents) {
  auto name =
      member_name(kFirestore, fmt::format("{}/{}/{:06}.ndjson.zst", archive::encode_name(database),
                                          archive::encode_name(collection), part));
  name.rows = documents;
  name.meta.set("database", database);
  name.meta.set("collection", collection);
  return name;
}

}  // namespace resources::firebase
