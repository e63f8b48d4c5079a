#pragma once
// Where things stand in a tar.

#include <cstdint>

#include "archive/manifest.hpp"

namespace archive {

inline constexpr std::uint64_t kTarBlock = 512;
inline constexpr std::uint64_t kTarEnd = 2 * kTarBlock;  // two blocks of zeros close it

inline std::uint64_t round_up_to_block(std::uint64_t bytes) {
  return (bytes + kTarBlock - 1) / kTarBlock * kTarBlock;
}

// The first byte behind the member and its padding: where the next header stands.
inline std::uint64_t end_of(const Member& member) {
  return round_up_to_block(member.offset + member.stored_size);
}

}  // namespace archive
