#pragma once
// Whether a server takes what another version wrote.

#include <string>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// "8.19.21" against "8.17.0", by the first `parts` numbers; a version that is not known is never
// newer.
bool is_newer(const std::string& version, const std::string& than, int parts);

// An archive of a newer server is refused: definitions may hold what this one does not know, and
// files of a snapshot can be read by such a server or a newer one only, of the same distribution.
std::vector<Finding> check_version(Cluster& cluster, const ArchivedUnits& archived);

}  // namespace resources::elasticsearch
