#pragma once
// The bytes of live files: which ranges hold data, what their hash is, and whether the file stood
// still meanwhile.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cancel_token.hpp"
#include "core/unique_fd.hpp"
#include "resources/config_local/tree.hpp"

namespace resources::config_local {

// Opens a regular file for reading, never through a link; empty when it is gone or no file now.
core::UniqueFd open_file(int folder_fd, const std::string& name, const std::string& path);

// The ranges with data; one range for the whole file when it has no holes (or too many to list).
std::vector<Extent> data_of(int fd, std::uint64_t size, bool* sparse);

// Reads the ranges in order, in pieces of at most `piece_bytes`; false when the file ends too
// early.
bool read_data(int fd, const std::vector<Extent>& data, std::string& buffer,
               std::size_t piece_bytes, const std::string& path,
               const std::function<void(std::string_view piece)>& on_piece);

// The digest as the index holds it: over the ranges of a sparse entry, else over all of the file.
// Bytes outside the ranges must be zero, or `*clean` becomes false. `buffer` is scratch.
Digest hash_file(int fd, const Entry& entry, std::string& buffer, bool* clean,
                 const core::CancelToken& cancel);

}  // namespace resources::config_local
