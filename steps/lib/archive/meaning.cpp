#include "archive/meaning.hpp"

#include <fmt/format.h>

namespace archive {

namespace {

// The object that members share: a table, an index. Empty when a member is all of its kind.
std::string object_of(const Member& member) {
  if (!member.meta.is_object()) return "";
  if (const auto table = member.meta.get_string("table"); !table.empty())
    return fmt::format("table {}.{}", member.meta.get_string("database"), table);
  for (const char* key : {"unit", "collection", "index", "file"})
    if (const auto* found = member.meta.find(key); found != nullptr && found->is_string())
      return fmt::format("{} {}", key == std::string("unit") ? "index" : key, found->as_string());
  return member.meta.get_string("kind");
}

std::string range_of(const Manifest& manifest, const Member& member, const std::string& object) {
  std::uint64_t before = 0;
  std::uint64_t all = 0;
  for (const auto& other : manifest.members) {
    if (!other.rows || other.resource != member.resource || object_of(other) != object) continue;
    all += *other.rows;
    if (other.name < member.name) before += *other.rows;
  }
  return fmt::format("rows {} to {} of {} in the archive's order", before + 1,
                     before + *member.rows, all);
}

}  // namespace

std::string meaning_of(const Manifest& manifest, const Member& member) {
  if (member.resource.empty()) return "";
  std::string text = member.resource;
  const std::string object = object_of(member);
  if (!object.empty()) text += ": " + object;
  if (member.rows && *member.rows > 0) text += ", " + range_of(manifest, member, object);
  return text;
}

}  // namespace archive
