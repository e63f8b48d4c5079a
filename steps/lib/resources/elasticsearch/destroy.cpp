#include "resources/elasticsearch/destroy.hpp"

#include <array>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::array<const char*, 4> kBlocks{"read_only", "read_only_allow_delete", "metadata",
                                             "write"};

http::Response send_delete(Cluster& cluster, const std::string& name, bool data_stream) {
  http::Request request;
  request.method = "DELETE";
  request.url = data_stream ? "/_data_stream" + path_of(name)
                            : path_of(name, "?expand_wildcards=none&ignore_unavailable=false");
  return cluster.send(request);
}

}  // namespace

// A name from an archive goes into a DELETE: one that the server would read as a pattern, a list or
// everything is never sent.
void require_exact(const std::string& name) {
  const bool pattern = name.empty() || name == "." || name == ".." || name.front() == '_' ||
                       name.front() == '-' || name.front() == '+' ||
                       name.find_first_of("*?,<>\"\\| /#:") != std::string::npos;
  if (pattern)
    throw core::Error(core::ExitCode::kIntegrity,
                      fmt::format("'{}' is not the exact name of an index", name),
                      "nothing was removed under that name; use another archive");
}

std::vector<Unit> doomed(const Inventory& inventory, const ArchivedUnits& archived) {
  std::vector<Unit> units;
  for (const auto& unit : inventory.units)
    if (archived.find(unit.name) != nullptr || archived.selection().takes(unit.name))
      units.push_back(unit);
  return units;
}

void remove_blocks(Cluster& cluster, const std::string& name, core::Lease& lease) {
  lease.check();
  // OpenSearch lets nothing but a single block be taken off a blocked index
  for (const auto* block : kBlocks)
    cluster.call("PUT", path_of(name, "/_settings"),
                 fmt::format(R"({{"index.blocks.{}":null}})", block),
                 "taking the blocks off " + name);
}

void remove_unit(Cluster& cluster, const std::string& name, bool data_stream, core::Lease& lease) {
  require_exact(name);
  lease.check();
  auto response = send_delete(cluster, name, data_stream);
  if (response.body.find("cluster_block_exception") != std::string::npos) {
    remove_blocks(cluster, name, lease);
    lease.check();
    response = send_delete(cluster, name, data_stream);
  }
  if (response.status == 404) return;
  require(response, "removing " + name);
}

std::vector<std::string> destroy(Cluster& cluster, const ArchivedUnits& archived,
                                 core::Context& context) {
  std::vector<std::string> gone;
  const auto units = doomed(list_inventory(cluster), archived);
  for (const auto& unit : units) require_exact(unit.name);
  for (const auto& unit : units) {
    context.cancel.check();
    remove_unit(cluster, unit.name, unit.data_stream, context.lease);
    if (archived.find(unit.name) == nullptr) gone.push_back(unit.name);
  }
  return gone;
}

}  // namespace resources::elasticsearch
