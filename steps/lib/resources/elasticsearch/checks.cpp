#include "resources/elasticsearch/checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::elasticsearch {

using core::ExitCode;

namespace {

std::vector<Finding> check_part(const LiveIndex& index) {
  if (index.closed)
    return {{ExitCode::kPrecondition,
             fmt::format("index {} is closed and cannot be read", index.name),
             "open it, or exclude it", true}};
  if (index.health == "red")
    return {{ExitCode::kServiceError,
             fmt::format("index {} is red: a primary shard is missing", index.name),
             "bring its shards back, or exclude it", true}};
  return {};
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

IndexDefinition definition_of(const ArchivedUnit& unit, const archive::ArchiveReader& archive) {
  return {unit.definition->meta.get_string("index"), archive.read(*unit.definition)};
}

}  // namespace

std::vector<Finding> check_definition(const IndexDefinition& definition) {
  const auto& name = definition.name();
  std::vector<Finding> findings;
  if (definition.blocks("read"))
    findings.push_back({ExitCode::kPrecondition,
                        fmt::format("index {} may not be read: index.blocks.read is set", name),
                        "take the block away, or exclude the index", true});
  if (definition.is_borrowed())
    findings.push_back({ExitCode::kConfiguration,
                        fmt::format("index {} is a mounted snapshot or follows another cluster's "
                                    "index: no document can be put back into it",
                                    name),
                        "exclude it, and back up the store that it comes from", true});
  switch (definition.source_mode()) {
    case SourceMode::kDisabled:
      findings.push_back(
          {ExitCode::kConfiguration,
           fmt::format("index {} keeps no _source: its documents cannot be backed up", name),
           "exclude it, or use the method snapshot without checksum", true});
      break;
    case SourceMode::kFiltered:
      findings.push_back(
          {ExitCode::kConfiguration,
           fmt::format("index {} keeps only parts of _source (includes or excludes)", name),
           "exclude it, or use the method snapshot without checksum", true});
      break;
    case SourceMode::kSynthetic:
      findings.push_back(
          {ExitCode::kConfiguration,
           fmt::format("index {} has a synthetic _source: what is backed up equals the "
                       "documents in meaning, not byte for byte",
                       name),
           "", false});
      break;
    case SourceMode::kStored:
      break;
  }
  return findings;
}

std::vector<Finding> check_backup(Cluster& cluster, const Inventory& inventory,
                                  const IndexSelection& selection, Reads reads) {
  std::vector<Finding> findings;
  for (const auto& name : selection.exact_names())
    if (inventory.find(name) == nullptr)
      findings.push_back({ExitCode::kNotFound,
                          fmt::format("there is no index or data stream {}", name),
                          "correct include; an alias is not enough, name its index", true});
  for (const auto& unit : select(inventory, selection).units)
    for (const auto& part : unit.parts) {
      auto found = check_part(part);
      if (found.empty() && reads == Reads::kDocuments)
        found = check_definition(IndexDefinition::fetch(cluster, part.name));
      append(findings, std::move(found));
    }
  return findings;
}

std::vector<Finding> check_restore(const Inventory& inventory, const ArchivedUnits& archived,
                                   const archive::ArchiveReader& archive) {
  std::vector<Finding> findings;
  const auto goes = [&](const std::string& name) {
    return archived.find(name) != nullptr || archived.selection().takes(name);
  };
  for (const auto& unit : archived.all()) {
    const auto alias = inventory.aliases.find(unit.name);
    if (alias != inventory.aliases.end() && !goes(alias->second))
      findings.push_back({ExitCode::kPrecondition,
                          fmt::format("{} is an alias of index {} now, and an index in the archive",
                                      unit.name, alias->second),
                          "remove that alias first", true});
    if (unit.definition == nullptr) continue;
    for (const auto& name : definition_of(unit, archive).aliases())
      if (inventory.find(name) != nullptr && !goes(name))
        findings.push_back(
            {ExitCode::kPrecondition,
             fmt::format("{} is an index now, and an alias of index {} in the archive", name,
                         unit.name),
             "remove or rename that index first", true});
  }
  return findings;
}

void refuse_blocking(const std::vector<Finding>& findings) {
  for (const auto& finding : findings)
    if (finding.blocking) throw core::Error(finding.code, finding.message, finding.hint);
}

}  // namespace resources::elasticsearch
