#pragma once
// Compares a scan of the live tree with an archived one, without reading content.

#include <cstdint>
#include <utility>
#include <vector>

#include "resources/config_local/attributes.hpp"
#include "resources/config_local/index.hpp"
#include "resources/config_local/tree_scan.hpp"
#include "resources/resource.hpp"

namespace resources::config_local {

// Entries of both sides, by place in Tree::entries of each.
struct Pairing {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> both;  // archived, live
  std::vector<std::uint32_t> only_archived;
  // Without folders that are there only because they hold something excluded.
  std::vector<std::uint32_t> only_live;
};

Pairing pair_entries(const Tree& archived, const Scan& live);

// What differs in type, mode, owner, times, size, link target: one Difference for each.
std::vector<Difference> compare_metadata(const Entry& archived, const Entry& live,
                                         const Owners& owners);

// "file", "folder"... for people.
std::string describe_type(const Entry& entry);

}  // namespace resources::config_local
