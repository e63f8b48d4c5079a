#pragma once
// manifest.json, the last member of an archive: every other member and every resource.
// Readers map members by this list, never by name.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace archive {

inline constexpr int kFormatMajor = 1;
inline constexpr int kFormatMinor = 0;

struct Member {
  std::string name;      // path in the tar, percent-encoded by encode_name()
  std::string resource;  // "mysql", ...; empty for the archive's own members
  std::uint64_t header_offset = 0;
  std::uint64_t offset = 0;  // of the stored bytes
  std::uint64_t stored_size = 0;
  std::uint64_t plain_size = 0;
  std::string sha256;                 // over the stored bytes
  std::vector<std::string> codec;     // {} = plain, {"zstd"} = one frame
  std::optional<std::uint64_t> rows;  // rows or documents or entries
  json::Value meta;  // whatever the resource needs to find its way back (an object)
};

struct ResourceEntry {
  std::string name;
  std::optional<std::string> absent;  // the reason, when the resource could not be backed up
  std::uint64_t plain_size = 0;       // sums over its members
  std::uint64_t stored_size = 0;
  std::uint64_t rows = 0;
  json::Value detail;  // what Work::finish() of the capture returned (an object)
};

struct Manifest {
  int format_major = kFormatMajor;
  int format_minor = kFormatMinor;
  std::string backup_id;
  std::string environment;
  std::string kind;  // "backup" or "safety"
  std::string description;
  std::string created_at;  // ISO-8601: begin of the cut
  std::string tool_version;
  std::string operation_id;
  std::string requested_by;
  std::vector<ResourceEntry> resources;
  std::vector<Member> members;

  const ResourceEntry* resource(const std::string& name) const;
  std::vector<const Member*> members_of(const std::string& resource) const;
};

struct Sums {
  std::uint64_t plain_size = 0;
  std::uint64_t stored_size = 0;
  std::uint64_t rows = 0;
};

// Over the members of each resource; "" is the archive's own.
std::map<std::string, Sums> sum_members(const Manifest& manifest);

json::Value to_json(const Manifest& manifest);
// Throws Error(kIntegrity) for a missing key, a wrong type, impossible offsets or sizes, duplicate
// names, gaps between members, sums that disagree; Error(kConfiguration) for a higher format major.
Manifest manifest_from_json(const json::Value& document);

// Percent-encodes every byte of one path part but [A-Za-z0-9_.-] ("." and ".." too).
std::string encode_name(std::string_view part);

}  // namespace archive
