#pragma once
// Which entries of a scanned tree are copied together.

#include <cstdint>
#include <vector>

#include "resources/config_local/tree.hpp"

namespace resources::config_local {

inline constexpr std::uint64_t kLargeFileBytes = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kPackBytes = std::uint64_t{8} << 20;

struct CaptureGroup {
  std::uint32_t number = 0;            // of its pack or its content
  bool large = false;                  // one file alone
  std::vector<std::uint32_t> entries;  // places in Tree::entries, ascending
  std::uint64_t content_bytes = 0;
};

// Groups all entries at `places`; numbers go on from `*next_number`. A folder's small files stay
// together as long as the pack stays small.
std::vector<CaptureGroup> group_entries(const Tree& tree, const std::vector<std::uint32_t>& places,
                                        std::uint32_t* next_number);

}  // namespace resources::config_local
