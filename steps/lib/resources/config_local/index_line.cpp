#include "resources/config_local/index_line.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"
#include "json/value.hpp"

namespace resources::config_local {

namespace {

using core::Error;
using core::ExitCode;

constexpr std::size_t kMaxName = 255;
constexpr std::size_t kMaxTarget = 4095;

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == '-' ||
         letter == '/';
}

[[noreturn]] void refuse(std::string_view text, const char* why) {
  throw Error(ExitCode::kIntegrity, fmt::format("config-local index: '{}' {}", text, why),
              "the archive is damaged or was made to do harm: use another one");
}

void check_part(std::string_view part, std::string_view text) {
  if (part.empty()) refuse(text, "has an empty part");
  if (part == "." || part == "..") refuse(text, "leads elsewhere");
  if (part.size() > kMaxName) refuse(text, "has an overlong part");
}

// Relative, and nothing but names.
std::string safe_path(std::string_view text) {
  std::string path = decode_path(text);
  if (path == ".") return path;
  if (path.find('\0') != std::string::npos) refuse(text, "holds a zero byte");
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    check_part(std::string_view(path).substr(begin, end - begin), text);
    begin = end + 1;
  }
  return path;
}

void append_attributes(std::string& out, const Attributes& attributes) {
  const char* separator = ",\"attributes\":{";
  for (const auto& [name, value] : attributes) {
    fmt::format_to(std::back_inserter(out), "{}\"{}\":\"{}\"", separator, encode_path(name),
                   to_hex(value));
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
  if (!extras.target.empty()) fmt::format_to(end, ",\"target\":\"{}\"", encode_path(extras.target));
  if (!extras.same_file_as.empty())
    fmt::format_to(end, ",\"same_file_as\":\"{}\"", encode_path(extras.same_file_as));
  if (!extras.attributes.empty()) append_attributes(out, extras.attributes);
  if (extras.sparse) append_extents(out, extras.data);
}

void append_content(std::string& out, const Entry& entry) {
  auto end = std::back_inserter(out);
  fmt::format_to(end, ",\"size\":{},\"sha256\":\"{}\"", entry.size, to_hex(entry.sha256));
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
  std::string target = decode_path(line.at("target").as_string());
  if (target.empty() || target.size() > kMaxTarget || target.find('\0') != std::string::npos)
    refuse(entry.path, "has an impossible link target");
  entry.extra().target = std::move(target);
}

void parse_attributes(const json::Value& list, Entry& entry) {
  for (const auto& [name, value] : list.as_object())
    entry.extra().attributes.emplace_back(decode_path(name), from_hex(value.as_string()));
  auto& attributes = entry.extra().attributes;
  std::sort(attributes.begin(), attributes.end());
}

}  // namespace

std::string encode_path(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(path.size() + 8);
  for (const char letter : path) {
    if (is_plain(letter)) {
      text += letter;
      continue;
    }
    const auto byte = static_cast<unsigned char>(letter);
    text += '%';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string decode_path(std::string_view text) {
  std::string path;
  path.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!is_plain(text[i])) refuse(text, "is not percent-encoded");
      path += text[i];
      continue;
    }
    if (text.size() - i < 3) refuse(text, "ends within an encoded byte");
    std::string digits(text.substr(i + 1, 2));
    for (char& digit : digits)
      if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    path += from_hex(digits);
    i += 2;
  }
  return path;
}

void append_line(std::string& out, const Entry& entry, const Tree& tree) {
  fmt::format_to(std::back_inserter(out),
                 "{{\"path\":\"{}\",\"type\":\"{}\",\"mode\":\"{:04o}\",\"uid\":{},\"gid\":{},"
                 "\"user\":\"{}\",\"group\":\"{}\",\"mtime_seconds\":{},\"mtime_nanoseconds\":{}",
                 encode_path(entry.path), type_name(entry.type), entry.mode, entry.uid, entry.gid,
                 encode_path(name_of(tree.users, entry.uid)),
                 encode_path(name_of(tree.groups, entry.gid)), entry.mtime_seconds,
                 entry.mtime_nanoseconds);
  if (entry.has_content()) append_content(out, entry);
  if (entry.extras) append_extras(out, *entry.extras);
  out += "}\n";
}

Entry parse_line(std::string_view text, Tree& tree) {
  const json::Value line = json::parse(text, "config-local index");
  Entry entry;
  entry.path = safe_path(line.at("path").as_string());
  entry.type = type_from(line.at("type").as_string());
  entry.mode = parse_mode(line.at("mode").as_string());
  entry.uid = small_number(line, "uid");
  entry.gid = small_number(line, "gid");
  tree.users.emplace(entry.uid, decode_path(line.get_string("user")));
  tree.groups.emplace(entry.gid, decode_path(line.get_string("group")));
  entry.mtime_seconds = line.at("mtime_seconds").as_int();
  entry.mtime_nanoseconds = small_number(line, "mtime_nanoseconds");
  if (entry.mtime_nanoseconds >= 1'000'000'000) refuse(entry.path, "has an impossible time");
  if (entry.type == EntryType::kSymbolicLink) parse_target(line, entry);
  if (const auto* same = line.find("same_file_as"))
    entry.extra().same_file_as = safe_path(same->as_string());
  if (entry.has_content()) parse_content(line, entry);
  if (const auto* attributes = line.find("attributes")) parse_attributes(*attributes, entry);
  return entry;
}

}  // namespace resources::config_local
