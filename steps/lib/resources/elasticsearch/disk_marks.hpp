#pragma once
// The low watermark of the servers' disks: above it they still make an index, but start no copy of
// one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"

namespace resources::elasticsearch {

// One sentence for each node; none where the servers do not look at their disks.
std::vector<std::string> nodes_above_low_mark(Cluster& cluster);

// Bytes that have to be free of `total`, by a mark such as "85%", "0.85" or "20gb"; nothing for one
// that is not understood. `headroom`: the most that a percentage stands for, such as "200GB" (empty
// or "-1": no such limit).
std::optional<std::uint64_t> free_bytes_for(const std::string& mark, const std::string& headroom,
                                            std::uint64_t total);

}  // namespace resources::elasticsearch
