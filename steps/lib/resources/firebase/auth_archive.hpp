#pragma once
// The part Auth inside an archive: names of members, and the manifest's detail
// {"tenants": [{"id", "users", "checksum", "authenticator_apps"}]}; id "" stands for the users
// outside tenants.

#include <cstdint>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/content_sum.hpp"

namespace resources::firebase {

struct ArchivedTenant {
  std::string id;
  core::ContentSum users;
  std::uint64_t authenticator_apps = 0;  // users whose second factor could not be read out
  std::vector<const archive::Member*> chunks;
};

json::Value to_json(const std::vector<ArchivedTenant>& tenants);
// Throws Error(kIntegrity) where members and detail do not fit together. Views into `archive`.
std::vector<ArchivedTenant> archived_tenants(const archive::ArchiveReader& archive);

archive::ChunkName users_name(const std::string& tenant, std::uint32_t part, std::uint64_t users);

}  // namespace resources::firebase
