#pragma once
// What stands in the way of a backup or a restore, found without changing anything.

#include <vector>

#include "resources/elasticsearch/index_definition.hpp"
#include "resources/elasticsearch/inventory.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// What a capture reads: documents need their _source, files need nothing of the kind.
enum class Reads { kDocuments, kFiles };

// Closed, red, unreadable, without _source: each named. Also exact names that are not there.
std::vector<Finding> check_backup(Cluster& cluster, const Inventory& inventory,
                                  const IndexSelection& selection, Reads reads = Reads::kDocuments);
// What the definition of an index tells about backing it up.
std::vector<Finding> check_definition(const IndexDefinition& definition);
// Names that an index of the archive needs and something else has, the other way round too.
std::vector<Finding> check_restore(const Inventory& inventory, const ArchivedUnits& archived,
                                   const archive::ArchiveReader& archive);
// Throws the first blocking finding as an Error.
void refuse_blocking(const std::vector<Finding>& findings);

}  // namespace resources::elasticsearch
