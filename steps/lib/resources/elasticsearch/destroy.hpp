#pragma once
// Removes what an archive replaces: its indices and data streams, and what has come since inside
// its patterns. Exact names only.

#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/elasticsearch/inventory.hpp"
#include "resources/elasticsearch/members.hpp"

namespace resources::elasticsearch {

// Of the live units: the archived ones and those that the archive's selection takes.
std::vector<Unit> doomed(const Inventory& inventory, const ArchivedUnits& archived);

// Idempotent. Returns the names that the archive does not bring back.
std::vector<std::string> destroy(Cluster& cluster, const ArchivedUnits& archived,
                                 core::Context& context);

// One unit, taking write blocks away where they are in the way; one that is gone is no error.
void remove_unit(Cluster& cluster, const std::string& name, bool data_stream, core::Lease& lease);

// Throws Error(kIntegrity) for a name that the server would read as a pattern, a list or
// everything.
void require_exact(const std::string& name);

// Takes every block off an index but the one against reading.
void remove_blocks(Cluster& cluster, const std::string& name, core::Lease& lease);

}  // namespace resources::elasticsearch
