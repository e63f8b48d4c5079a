#pragma once
// The tree that a restore builds beside the live one, "<path>.restore-<6 hex>" in the same folder
// and so on the same file system, and the swap. After the swap the old tree has that name; it stays
// until clean_up().

#include <cstdint>
#include <string>
#include <vector>

#include "core/cancel_token.hpp"

namespace resources::config_local {

// Full paths of trees beside `path` with such names, from this restore or one that was killed.
std::vector<std::string> trees_beside(const std::string& path);
// Makes an empty one, mode 0700, and returns its path.
std::string make_tree_beside(const std::string& path);
void remove_tree_beside(const std::string& tree, const core::CancelToken& cancel);

// Both trees change names in one step; the live one may be absent. Durable when it returns.
// Throws Error(kStorage), also when the file system cannot do it.
void swap_trees(const std::string& tree, const std::string& live);

// Inode number of a folder; 0 when there is none.
std::uint64_t inode_of(const std::string& path);

}  // namespace resources::config_local
