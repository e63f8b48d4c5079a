#include "resources/firebase/auth_archive.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/auth_accounts.hpp"
#include "resources/firebase/part.hpp"

namespace resources::firebase {

namespace {

void add_chunk(std::vector<ArchivedTenant>& tenants, const archive::Member* member) {
  for (auto& tenant : tenants)
    if (tenant.id == member->meta.get_string("tenant")) return tenant.chunks.push_back(member);
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("the member {} belongs to no tenant", member->name),
                    "use another archive");
}

}  // namespace

json::Value to_json(const std::vector<ArchivedTenant>& tenants) {
  json::Value list = json::Value::array();
  for (const auto& tenant : tenants) {
    json::Value one;
    one.set("id", tenant.id);
    one.set("users", tenant.users.count());
    one.set("checksum", tenant.users.checksum());
    one.set("authenticator_apps", tenant.authenticator_apps);
    list.push_back(std::move(one));
  }
  json::Value detail;
  detail.set("tenants", std::move(list));
  return detail;
}

std::vector<ArchivedTenant> archived_tenants(const archive::ArchiveReader& archive) {
  std::vector<ArchivedTenant> tenants;
  const auto* detail = part_detail(archive, kAuth);
  if (detail == nullptr) return tenants;
  for (const auto& entry : detail->at("tenants").as_array())
    tenants.push_back(
        {entry.get_string("id"),
         core::ContentSum::from(entry.get_uint("users"), entry.get_string("checksum")),
         entry.get_uint("authenticator_apps"),
         {}});
  for (const auto* member : members_of(archive, kAuth)) add_chunk(tenants, member);
  return tenants;
}

archive::ChunkName users_name(const std::string& tenant, std::uint32_t part, std::uint64_t users) {
  const auto folder = tenant.empty() ? "users" : "tenant-" + archive::encode_name(tenant);
  auto name = member_name(kAuth, fmt::format("{}/{:06}.ndjson.zst", folder, part));
  name.rows = users;
  name.meta.set("tenant", tenant);
  return name;
}

}  // namespace resources::firebase
