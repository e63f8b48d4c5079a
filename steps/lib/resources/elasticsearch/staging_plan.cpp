#include "resources/elasticsearch/staging_plan.hpp"

#include "resources/elasticsearch/checks.hpp"
#include "resources/elasticsearch/index_definition.hpp"
#include "resources/elasticsearch/inventory.hpp"
#include "resources/elasticsearch/move_checks.hpp"

namespace resources::elasticsearch {

namespace {

constexpr double kSecondsEach = 0.5;

std::uint64_t plain_bytes(const ArchivedUnit& unit) {
  std::uint64_t bytes = 0;
  for (const auto* member : unit.documents) bytes += member->plain_size;
  return bytes;
}

std::uint64_t shards_of(const ArchivedUnit& unit, const archive::ArchiveReader& archive) {
  const IndexDefinition definition(unit.name, archive.read(*unit.definition));
  const auto number = definition.setting("index.number_of_shards");
  return number.empty() ? 1 : std::stoull(number);
}

}  // namespace

StagingPlan plan_staging(Cluster& cluster, const ArchivedUnits& archived,
                         const archive::ArchiveReader& archive) {
  StagingPlan plan;
  if (archived.method() != "export") {
    plan.in_place.push_back({"all indices", "they are restored from a snapshot of the servers"});
    return plan;
  }
  const auto inventory = list_inventory(cluster);
  std::uint64_t shards = 0;
  for (const auto& unit : archived.all()) {
    if (unit.data_stream) {
      plan.in_place.push_back(
          {"data stream " + unit.name, "the index that a data stream writes to cannot be copied"});
      continue;
    }
    const auto* live = inventory.find(unit.name);
    plan.room_bytes += std::max(plain_bytes(unit), live == nullptr ? 0 : live->primary_bytes());
    shards += shards_of(unit, archive);
    if (live != nullptr) shards += live->parts.front().primaries;
    ++plan.staged_parts;
  }
  refuse_blocking(check_shards(cluster, shards));
  plan.outage_seconds = kSecondsEach * static_cast<double>(plan.staged_parts);
  return plan;
}

}  // namespace resources::elasticsearch
