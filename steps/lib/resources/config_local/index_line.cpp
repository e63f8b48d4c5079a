#include "resources/config_local/index_line.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "json/value.hpp"

namespace resources::config_local {

namespace {

using core::Error;
using core::ExitCode;

constexpr std::size_t kMaxTarget = 4095;

[[noreturn]] void refuse(std::string_view text, const char* why) {
  throw Error(ExitCode::kIntegrity, fmt::format("config-local index: '{}' {}", text, why),
              "the archive is damaged or was made to do harm: use another one");
}

std::string path_from(std::string_view text) {
  return text == "." ? "." : core::decode_relative_path(text);
}

void append_attributes(std::string& out, const Attributes& attributes) {
  const char* separator = ",\"attributes\":{";
  for (const auto& [name, value] : attributes) {
    fmt::format_to(std::back_inserter(out), "{}\"{}\":\"{}\"", separator, core::encode_path(name),
                   core::to_hex(value));
    separator = ",";
  }
  out += '}';
}

void append_extents(std::string& out, const std::vector<Extent>& data) {
  out += ",\"data\":[";
  for (std::size_t i = 0; i < data.size(); ++i)
    fmt::format_to(std::back_inserter(out), "{}[{},{}]", i == 0 ? "" : ",", data[i].offset,
                   data[i].length);
  out += ']';
}

void append_extras(std::string& out, const Extras& extras) {
  auto end = std::back_inserter(out);
  if (!extras.target.empty())
    fmt::format_to(end, ",\"target\":\"{}\"", core::encode_path(extras.target));
  if (!extras.same_file_as.empty())
    fmt::format_to(end, ",\"same_file_as\":\"{}\"", core::encode_path(extras.same_file_as));
  if (!extras.attributes.empty()) append_attributes(out, extras.attributes);
  if (extras.sparse) append_extents(out, extras.data);
}

void append_content(std::string& out, const Entry& entry) {
  auto end = std::back_inserter(out);
  fmt::format_to(end, ",\"size\":{},\"sha256\":\"{}\"", entry.size, digest_to_hex(entry.sha256));
  if (entry.content.parts == 0)
    fmt::format_to(end, ",\"pack\":{}", entry.content.number);
  else
    fmt::format_to(end, ",\"content\":{},\"parts\":{}", entry.content.number, entry.content.parts);
}

std::string_view name_of(const Names& names, std::uint32_t id) {
  const auto found = names.find(id);
  return found == names.end() ? std::string_view() : found->second;
}

std::uint32_t small_number(const json::Value& line, std::string_view key) {
  const std::uint64_t number = line.at(key).as_uint();
  if (number > std::numeric_limits<std::uint32_t>::max()) refuse(key, "is too large");
  return static_cast<std::uint32_t>(number);
}

std::uint32_t parse_mode(const std::string& text) {
  char* end = nullptr;
  const unsigned long mode = std::strtoul(text.c_str(), &end, 8);
  if (text.empty() || *end != '\0' || mode > 07777) refuse(text, "is no file mode");
  return static_cast<std::uint32_t>(mode);
}

void parse_extents(const json::Value& list, Entry& entry) {
  Extras& extras = entry.extra();
  extras.sparse = true;
  std::uint64_t at = 0;
  for (const auto& pair : list.as_array()) {
    if (pair.as_array().size() != 2) refuse(entry.path, "has a broken list of holes");
    const Extent extent{pair.as_array()[0].as_uint(), pair.as_array()[1].as_uint()};
    if (extent.offset < at || extent.offset > entry.size ||
        extent.length > entry.size - extent.offset)
      refuse(entry.path, "has data outside its size");
    at = extent.offset + extent.length;
    extras.data.push_back(extent);
  }
}

void parse_content(const json::Value& line, Entry& entry) {
  entry.size = line.at("size").as_uint();
  if (entry.size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    refuse(entry.path, "is too large");
  entry.sha256 = digest_from_hex(line.at("sha256").as_string());
  const bool packed = line.contains("pack");
  entry.content.number = small_number(line, packed ? "pack" : "content");
  if (!packed) entry.content.parts = small_number(line, "parts");
  if (!packed && entry.content.parts == 0) refuse(entry.path, "has no parts");
  if (const auto* data = line.find("data")) parse_extents(*data, entry);
}

void parse_target(const json::Value& line, Entry& entry) {
  std::string target = core::decode_path(line.at("target").as_string());
  if (target.empty() || target.size() > kMaxTarget || target.find('\0') != std::string::npos)
    refuse(entry.path, "has an impossible link target");
  entry.extra().target = std::move(target);
}

void parse_attributes(const json::Value& list, Entry& entry) {
  for (const auto& [name, value] : list.as_object())
    entry.extra().attributes.emplace_back(core::decode_path(name),
                                          core::from_hex(value.as_string()));
  auto& attributes = entry.extra().attributes;
  std::sort(attributes.begin(), attributes.end());
}

}  // namespace

void append_line(std::string& out, const Entry& entry, const Tree& tree) {
  fmt::format_to(std::back_inserter(out),
                 "{{\"path\":\"{}\",\"type\":\"{}\",\"mode\":\"{:04o}\",\"uid\":{},\"gid\":{},"
                 "\"user\":\"{}\",\"group\":\"{}\",\"mtime_seconds\":{},\"mtime_nanoseconds\":{}",
                 core::encode_path(entry.path), type_name(entry.type), entry.mode, entry.uid,
                 entry.gid, core::encode_path(name_of(tree.users, entry.uid)),
                 core::encode_path(name_of(tree.groups, entry.gid)), entry.mtime_seconds,
                 entry.mtime_nanoseconds);
  if (entry.has_content()) append_content(out, entry);
  if (entry.extras) append_extras(out, *entry.extras);
  out += "}\n";
}

Entry parse_line(std::string_view text, Tree& tree) {
  const json::Value line = json::parse(text, "config-local index");
  Entry entry;
  entry.path = path_from(line.at("path").as_string());
  entry.type = type_from(line.at("type").as_string());
  entry.mode = parse_mode(line.at("mode").as_string());
  entry.uid = small_number(line, "uid");
  entry.gid = small_number(line, "gid");
  tree.users.emplace(entry.uid, core::decode_path(line.get_string("user")));
  tree.groups.emplace(entry.gid, core::decode_path(line.get_string("group")));
  entry.mtime_seconds = line.at("mtime_seconds").as_int();
  entry.mtime_nanoseconds = small_number(line, "mtime_nanoseconds");
  if (entry.mtime_nanoseconds >= 1'000'000'000) refuse(entry.path, "has an impossible time");
  if (entry.type == EntryType::kSymbolicLink) parse_target(line, entry);
  if (const auto* same = line.find("same_file_as"))
    entry.extra().same_file_as = path_from(same->as_string());
  if (entry.has_content()) parse_content(line, entry);
  if (const auto* attributes = line.find("attributes")) parse_attributes(*attributes, entry);
  return entry;
}

}  // namespace resources::config_local
