#pragma once
// Would the move go through now, and does live still equal what saves it? Changes nothing but a
// refresh.

#include <map>
#include <string>

#include "archive/archive_reader.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/elasticsearch/search_servers.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// What keeps the servers from making a copy: blocks and allocation settings of the cluster, disks
// above the low watermark. Every one of them.
std::vector<Finding> check_cluster(Cluster& cluster);
// Shards that come beside the live ones, against the cluster's limit.
std::vector<Finding> check_shards(Cluster& cluster, std::uint64_t more);

// Throws the first finding as Error(kPrecondition). Returns sequence_of() each live index that goes
// aside, by name: from then on whatever writes there is noticed. `safety`: null, or an archive that
// may lack this resource: then live is not compared.
std::map<std::string, std::string> check_move(const SearchServers& servers,
                                              const ArchivedUnits& target,
                                              const archive::ArchiveReader* safety,
                                              core::Context& context);

}  // namespace resources::elasticsearch
