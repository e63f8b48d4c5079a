#include "resources/firebase/realtime_archive.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "json/ranges.hpp"
#include "resources/firebase/part.hpp"
#include "resources/firebase/realtime_leaves.hpp"

namespace resources::firebase {

using core::Error;
using core::ExitCode;

namespace {

ArchivedRealtime from_json(const json::Value& entry) {
  ArchivedRealtime database;
  database.url = entry.at("url").as_string();
  database.paths = entry.get_strings("paths");
  database.published = entry.get_string("published");
  for (const auto& [top, sum] : entry.at("contents").as_object())
    database.contents[top] =
        core::ContentSum::from(sum.get_uint("values"), sum.get_string("checksum"));
  return database;
}

void add_member(std::vector<ArchivedRealtime>& databases, const archive::Member* member) {
  const auto index = member->meta.get_uint("database");
  const auto kind = member->meta.get_string("kind");
  if (index >= databases.size())
    throw Error(ExitCode::kIntegrity,
                fmt::format("the member {} belongs to no database", member->name),
                "use another archive");
  auto& database = databases[index];
  if (kind == "data") database.data.push_back(member);
  if (kind == "priorities") database.priorities = member;
  if (kind == "rules") database.rules = member;
}

const RealtimeSite& site_of(const ArchivedRealtime& archived,
                            const std::vector<RealtimeSite>& sites, bool only_one) {
  const auto found = std::find_if(sites.begin(), sites.end(), [&](const RealtimeSite& site) {
    return site.database->url() == archived.url;
  });
  const auto& site = found == sites.end() && only_one ? sites.front() : *found;
  if ((found == sites.end() && !only_one) || site.roots != archived.paths)
    throw Error(ExitCode::kConfiguration,
                fmt::format("the archive holds realtime database {} with the paths '{}', which are "
                            "not configured",
                            archived.url, fmt::join(archived.paths, "', '")),
                "correct resources.firebase.realtime in environment.json");
  return site;
}

}  // namespace

void RealtimeSums::add(const std::string& path, const std::string& value) {
  m_hash.part(path);
  m_hash.part(value);
  m_contents[top_of(m_site, path)].add(m_hash.take());
}

void RealtimeSums::add_piece(const std::string& path, std::string_view json) {
  for_each_leaf(path, json,
                [&](const std::string& leaf, const std::string& value) { add(leaf, value); });
}

void RealtimeSums::add_priority(const std::string& path, std::string_view json) {
  for_each_leaf(path + "/.priority", json,
                [&](const std::string& leaf, const std::string& value) { add(leaf, value); });
}

void merge(RealtimeContents& into, const RealtimeContents& more) {
  for (const auto& [top, sum] : more) into[top].add(sum);
}

std::uint64_t ArchivedRealtime::values() const {
  std::uint64_t all = 0;
  for (const auto& [top, sum] : contents) all += sum.count();
  return all;
}

json::Value to_json(const ArchivedRealtime& database, bool with_rules) {
  json::Value paths = json::Value::array();
  for (const auto& path : database.paths) paths.push_back(path);
  json::Value contents = json::Value::object();
  for (const auto& [top, sum] : database.contents) {
    json::Value one;
    one.set("values", sum.count());
    one.set("checksum", sum.checksum());
    contents.set(top, std::move(one));
  }
  json::Value entry;
  entry.set("url", database.url);
  entry.set("paths", std::move(paths));
  entry.set("rules", with_rules);
  if (!database.published.empty()) entry.set("published", database.published);
  entry.set("contents", std::move(contents));
  return entry;
}

std::vector<ArchivedRealtime> archived_realtime(const archive::ArchiveReader& archive) {
  std::vector<ArchivedRealtime> databases;
  const auto* detail = part_detail(archive, kRealtime);
  if (detail == nullptr) return databases;
  for (const auto& entry : detail->at("databases").as_array())
    databases.push_back(from_json(entry));
  for (const auto* member : members_of(archive, kRealtime)) add_member(databases, member);
  return databases;
}

archive::ChunkName realtime_name(std::size_t database, const std::string& kind, std::size_t number,
                                 std::uint64_t lines) {
  const auto ending = kind == "rules" ? "json" : "tsv";
  auto name =
      member_name(kRealtime, fmt::format("{}/{}-{:06}.{}.zst", database, kind, number, ending));
  name.rows = lines;
  name.meta.set("database", database);
  name.meta.set("kind", kind);
  return name;
}

void append_line(std::string& text, const std::string& path, std::string_view json) {
  text += json::encode_string(path);
  text += '\t';
  json::append_compact(text, json);
  text += '\n';
}

RealtimeLine parse_line(std::string_view line) {
  const auto tab = line.find('\t');
  if (tab == std::string_view::npos)
    throw Error(ExitCode::kIntegrity, "a line of the archive holds no value",
                "use another archive");
  return {json::decode_string(line.substr(0, tab)), line.substr(tab + 1)};
}

std::vector<RealtimePair> pair_up(const Settings& settings, const archive::ArchiveReader& archive,
                                  const core::CancelToken& cancel) {
  const auto sites = open_realtime(settings, cancel);
  auto archived = archived_realtime(archive);
  const bool only_one = sites.size() == 1 && archived.size() == 1;
  std::vector<RealtimePair> pairs;
  for (auto& database : archived) {
    const auto& site = site_of(database, sites, only_one);
    pairs.push_back({std::move(database), site});
  }
  return pairs;
}

}  // namespace resources::firebase
