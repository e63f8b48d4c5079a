#include "resources/elasticsearch/move_checks.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/disk_marks.hpp"
#include "resources/elasticsearch/index_facts.hpp"
#include "resources/elasticsearch/inventory.hpp"
#include "resources/elasticsearch/move_records.hpp"
#include "resources/elasticsearch/prove_work.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw Error(ExitCode::kPrecondition, message, hint);
}

bool holds(const archive::ArchiveReader& safety) {
  const auto* entry = safety.manifest().resource(kResource);
  return entry != nullptr && !entry->detail.is_null() && entry->detail.contains("indices");
}

void check_staged(const SearchServers& servers, const ArchivedUnits& target,
                  core::Context& context) {
  const auto staged = MoveRecords(context.moves).staged();
  for (const auto& unit : target.all()) {
    if (unit.data_stream) continue;
    const auto name = servers.names.staged(unit.name);
    const auto known = staged.find(unit.name);
    const auto found = look_at(*servers.cluster, name);
    if (known == staged.end() || !found || found->uuid != known->second.known.uuid ||
        !is_started(*servers.cluster, name) ||
        sequence_of(*servers.cluster, name) != known->second.known.sequence)
      refuse(fmt::format("{} is not what was proved: it is missing, red or changed", name),
             "run the restore again: it is staged anew");
  }
}

void check_live_index(const LiveIndex& index, bool saved) {
  if (index.closed)
    refuse(fmt::format("index {} is closed: no copy of it can be kept", index.name),
           "open it, or remove it if nobody needs it");
  if (index.health == "red" && saved)
    refuse(fmt::format("index {} is red: no copy of it can be kept", index.name),
           "bring its shards back, or name elasticsearch in AllowMissing to give it up");
}

// Counts and definitions; that nothing writes any more is noticed by sequence_of().
void compare_with(const archive::ArchiveReader& safety, const std::vector<Unit>& units,
                  Cluster& cluster) {
  const ArchivedUnits saved(safety);
  const auto now = histories(cluster);
  for (const auto& unit : units) {
    const auto* archived = saved.find(unit.name);
    if (archived == nullptr)
      refuse(fmt::format("index {} was made after the safety archive was", unit.name),
             "find what makes indices in spite of the maintenance, then restore again");
    const auto count = count_of(cluster, unit.name);
    if (count != archived->sum.count())
      refuse(fmt::format("{} holds {} documents, the safety archive {} of it", unit.name, count,
                         archived->sum.count()),
             "stop what writes there in spite of the maintenance, then restore again");
    const auto history = now.find(unit.name);
    if (history != now.end() && !archived->history.empty() && history->second != archived->history)
      refuse(fmt::format("{} has been written to since the safety archive was made", unit.name),
             "stop what writes there in spite of the maintenance, then restore again");
    if (archived->definition == nullptr || unit.data_stream) continue;
    const IndexDefinition definition(unit.name, safety.read(*archived->definition));
    if (const auto differences = definition.compare(IndexDefinition::fetch(cluster, unit.name));
        !differences.empty())
      refuse(fmt::format("{} is {}, {} in the safety archive", differences.front().object,
                         differences.front().found, differences.front().expected),
             "stop what changes it in spite of the maintenance, then restore again");
  }
}

}  // namespace

std::vector<Finding> check_cluster(Cluster& cluster) {
  std::vector<Finding> findings;
  const auto add = [&](const std::string& message, const std::string& hint) {
    findings.push_back({ExitCode::kPrecondition, message, hint, true});
  };
  for (const auto* block : {"cluster.blocks.read_only", "cluster.blocks.read_only_allow_delete",
                            "cluster.blocks.create_index"})
    if (cluster_setting(cluster, block) == "true")
      add(fmt::format("{} is set: no index can be made or removed", block),
          "take that setting off the cluster");
  const auto enable = cluster_setting(cluster, "cluster.routing.allocation.enable");
  if (enable == "none" || enable == "replicas")
    add(fmt::format("cluster.routing.allocation.enable is {}: a copy would never start", enable),
        "set it to all");
  for (auto& full : nodes_above_low_mark(cluster))
    add(full, "free space there: above that mark a server makes an index, but starts no copy");
  return findings;
}

std::vector<Finding> check_shards(Cluster& cluster, std::uint64_t more) {
  const auto limit = cluster_setting(cluster, "cluster.max_shards_per_node");
  if (limit.empty() || limit.front() == '-') return {};
  const auto health = cluster.get_json("/_cluster/health?timeout=0s", "counting the shards");
  const auto now = health.get_uint("active_shards") + health.get_uint("unassigned_shards") +
                   health.get_uint("initializing_shards");
  const auto most = std::stoull(limit) * health.get_uint("number_of_data_nodes", 1);
  if (now + more <= most) return {};
  return {{ExitCode::kPrecondition,
           fmt::format("the cluster holds {} shards, {} more are needed beside them, and its limit "
                       "is {}",
                       now, more, most),
           "remove indices, raise cluster.max_shards_per_node, or set restore.staging to off",
           true}};
}

std::map<std::string, std::string> check_move(const SearchServers& servers,
                                              const ArchivedUnits& target,
                                              const archive::ArchiveReader* safety,
                                              core::Context& context) {
  auto& cluster = *servers.cluster;
  for (const auto& finding : check_cluster(cluster)) refuse(finding.message, finding.hint);
  check_staged(servers, target, context);
  const bool saved = safety != nullptr && holds(*safety);
  std::map<std::string, std::string> sequences;
  const auto units = doomed(list_inventory(cluster), target);
  for (const auto& unit : units) {
    for (const auto& part : unit.parts) check_live_index(part, saved);
    if (!unit.data_stream && unit.parts.front().health != "red")
      sequences[unit.name] = sequence_of(cluster, unit.name);
  }
  if (saved) compare_with(*safety, units, cluster);
  return sequences;
}

}  // namespace resources::elasticsearch
