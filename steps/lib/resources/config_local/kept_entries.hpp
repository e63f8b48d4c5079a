#pragma once
// Excluded live entries outlive a swap: they move from the old tree into the new one.

#include <cstddef>

#include "core/cancel_token.hpp"
#include "resources/config_local/exclusion.hpp"
#include "resources/config_local/tree.hpp"

namespace resources::config_local {

// Moves every entry of the old tree that `excluded` matches and the new one lacks; folders above
// it are made like the old ones. Restores the times of folders that `tree` describes. Returns how
// many moved. Repeatable.
std::size_t move_excluded(int old_root, int new_root, const Exclusion& excluded, const Tree& tree,
                          const core::CancelToken& cancel);

}  // namespace resources::config_local
