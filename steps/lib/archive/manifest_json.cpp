// manifest.json <-> Manifest. Reading trusts nothing: what it returns has been checked against
// itself; archive_reader.cpp checks it against the file.

#include <unordered_set>

#include <fmt/format.h>

#include "archive/chunk_codec.hpp"
#include "archive/format_version.hpp"
#include "archive/manifest.hpp"
#include "archive/member_name.hpp"
#include "archive/tar_block.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

// Far above any disk, far below where sums of two could wrap.
constexpr std::uint64_t kMaxOffset = std::uint64_t{1} << 60;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ExitCode::kIntegrity, "manifest.json: " + what, kUseAnotherArchive);
}

json::Value to_json(const Member& member) {
  json::Object object;
  object.reserve(10);
  object.emplace_back("name", member.name);
  object.emplace_back("resource", member.resource);
  object.emplace_back("header_offset", member.header_offset);
  object.emplace_back("offset", member.offset);
  object.emplace_back("stored_size", member.stored_size);
  object.emplace_back("plain_size", member.plain_size);
  object.emplace_back("sha256", member.sha256);
  object.emplace_back("codec", json::Array(member.codec.begin(), member.codec.end()));
  if (member.rows) object.emplace_back("rows", *member.rows);
  if (!member.meta.is_null()) object.emplace_back("meta", member.meta);
  return object;
}

json::Value to_json(const ResourceEntry& entry) {
  json::Value object;
  object.set("name", entry.name);
  if (entry.absent) object.set("absent", *entry.absent);
  object.set("plain_size", entry.plain_size);
  object.set("stored_size", entry.stored_size);
  object.set("rows", entry.rows);
  if (!entry.detail.is_null()) object.set("detail", entry.detail);
  return object;
}

template <typename T>
json::Array list_of(const std::vector<T>& items) {
  json::Array list;
  list.reserve(items.size());
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

json::Value value_or_null(const json::Value& document, std::string_view key) {
  const json::Value* found = document.find(key);
  return found == nullptr ? json::Value() : *found;
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::string> strings_from(const json::Value& list) {
  std::vector<std::string> strings;
  for (const auto& item : list.as_array()) strings.push_back(item.as_string());
  return strings;
}

Member member_from(const json::Value& document) {
  Member member;
  member.name = document.at("name").as_string();
  member.resource = document.at("resource").as_string();
  member.header_offset = document.at("header_offset").as_uint();
  member.offset = document.at("offset").as_uint();
  member.stored_size = document.at("stored_size").as_uint();
  member.plain_size = document.at("plain_size").as_uint();
  member.sha256 = document.at("sha256").as_string();
  member.codec = strings_from(document.at("codec"));
  if (const auto* rows = document.find("rows")) member.rows = rows->as_uint();
  member.meta = value_or_null(document, "meta");
  return member;
}

ResourceEntry resource_from(const json::Value& document) {
  ResourceEntry entry;
  entry.name = document.at("name").as_string();
  if (const auto* absent = document.find("absent")) entry.absent = absent->as_string();
  entry.plain_size = document.at("plain_size").as_uint();
  entry.stored_size = document.at("stored_size").as_uint();
  entry.rows = document.at("rows").as_uint();
  entry.detail = value_or_null(document, "detail");
  return entry;
}

// Reads every element with `read`; a wrong one is named by its place in the list.
template <typename T, typename Read>
std::vector<T> read_list(const json::Value& document, const char* key, Read read) {
  std::vector<T> list;
  const auto& items = document.at(key).as_array();
  list.reserve(items.size());
  for (const auto& item : items) {
    try {
      list.push_back(read(item));
    } catch (const Error& error) {
      refuse(fmt::format("{}[{}]: {}", key, list.size(), error.what()));
    }
  }
  return list;
}

void check_sizes(const Member& member) {
  if (member.plain_size > kMaxPlainSize)
    refuse(fmt::format("{} claims {} plain bytes, more than any chunk", member.name,
                       member.plain_size));
  if (member.stored_size > kMaxOffset || member.offset > kMaxOffset ||
      member.header_offset > kMaxOffset || member.rows.value_or(0) > kMaxOffset)
    refuse(fmt::format("{} claims an impossible size or offset", member.name));
  if (member.codec.empty() && member.stored_size != member.plain_size)
    refuse(fmt::format("{} is plain, but its sizes differ", member.name));
}

void check_member(const Member& member, std::uint64_t expected_header) {
  if (!is_safe_member_name(member.name)) refuse("a member has an unsafe name");
  if (!is_sha256(member.sha256)) refuse(fmt::format("{} has no SHA-256", member.name));
  check_sizes(member);
  if (member.header_offset != expected_header || member.offset % kTarBlock != 0 ||
      member.offset < member.header_offset + kTarBlock)
    refuse(fmt::format("{} does not stand where the member before it ends", member.name));
}

void check_members(const Manifest& manifest) {
  std::unordered_set<std::string_view> names{kManifestName};
  std::uint64_t header = 0;
  for (const auto& member : manifest.members) {
    check_member(member, header);
    if (!names.insert(member.name).second)
      refuse(fmt::format("the name {} stands there twice", member.name));
    header = end_of(member);
  }
  if (manifest.members.empty() || manifest.members.front().name != kFormatName)
    refuse("format.json is not the first member");
}

void check_sums(const Manifest& manifest) {
  const auto sums = sum_members(manifest);
  std::unordered_set<std::string_view> names;
  for (const auto& entry : manifest.resources) {
    if (entry.name.empty() || !names.insert(entry.name).second)
      refuse(fmt::format("the resource '{}' stands there twice or has no name", entry.name));
    const auto found = sums.find(entry.name);
    const Sums sum = found == sums.end() ? Sums{} : found->second;
    if (entry.plain_size != sum.plain_size || entry.stored_size != sum.stored_size ||
        entry.rows != sum.rows)
      refuse(fmt::format("the sums of {} disagree with its members", entry.name));
    if (entry.absent && found != sums.end())
      refuse(fmt::format("{} is absent and yet has members", entry.name));
  }
  for (const auto& [resource, sum] : sums)
    if (!resource.empty() && names.count(resource) == 0)
      refuse(fmt::format("members belong to the unknown resource '{}'", resource));
}

void check_identity(const Manifest& manifest) {
  if (!core::is_backup_id(manifest.backup_id)) refuse("backup_id is not a BackupId");
  if (core::environment_of(manifest.backup_id) != manifest.environment)
    refuse("backup_id names another environment");
  if (manifest.kind != "backup" && manifest.kind != "safety")
    refuse("kind is neither backup nor safety");
}

void read_head(const json::Value& document, Manifest& manifest) {
  manifest.backup_id = document.at("backup_id").as_string();
  manifest.environment = document.at("environment").as_string();
  manifest.kind = document.at("kind").as_string();
  manifest.created_at = document.at("created_at").as_string();
  manifest.tool_version = document.at("tool_version").as_string();
  manifest.description = document.get_string("description");
  manifest.operation_id = document.get_string("operation_id");
  manifest.requested_by = document.get_string("requested_by");
}

}  // namespace

std::map<std::string, Sums> sum_members(const Manifest& manifest) {
  std::map<std::string, Sums> sums;
  for (const auto& member : manifest.members) {
    Sums& sum = sums[member.resource];
    sum.plain_size += member.plain_size;
    sum.stored_size += member.stored_size;
    sum.rows += member.rows.value_or(0);
  }
  return sums;
}

json::Value to_json(const Manifest& manifest) {
  json::Value document;
  document.set("format_version", format_version_text(manifest.format_major, manifest.format_minor));
  document.set("backup_id", manifest.backup_id);
  document.set("environment", manifest.environment);
  document.set("kind", manifest.kind);
  document.set("description", manifest.description);
  document.set("created_at", manifest.created_at);
  document.set("tool_version", manifest.tool_version);
  document.set("operation_id", manifest.operation_id);
  document.set("requested_by", manifest.requested_by);
  document.set("resources", list_of(manifest.resources));
  document.set("members", list_of(manifest.members));
  return document;
}

Manifest manifest_from_json(const json::Value& document) {
  Manifest manifest;
  const auto version = check_format_version(document, std::string(kManifestName));
  manifest.format_major = version.major;
  manifest.format_minor = version.minor;
  try {
    read_head(document, manifest);
    manifest.resources = read_list<ResourceEntry>(document, "resources", resource_from);
    manifest.members = read_list<Member>(document, "members", member_from);
  } catch (const Error& error) {
    const std::string what = error.what();
    if (what.rfind("manifest.json: ", 0) == 0) throw;
    refuse(what);
  }
  check_identity(manifest);
  check_members(manifest);
  check_sums(manifest);
  return manifest;
}

}  // namespace archive
