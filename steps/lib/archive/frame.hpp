#pragma once
// What decoding a chunk at once (chunk_codec) and in pieces (verify) have in common.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct ZSTD_DCtx_s;

namespace archive {

inline constexpr const char* kZstdCodec = "zstd";

[[noreturn]] void refuse_member(const std::string& name, const std::string& what);

// Throws Error(kConfiguration) for a codec that this version does not know.
bool is_zstd(const std::vector<std::string>& codec, const std::string& name);

// From the frame's first bytes: it is one zstd frame that announces exactly `plain_size` bytes.
// Where `head` is the whole frame, also that nothing follows it.
void check_frame(std::string_view head, std::uint64_t stored_size, std::uint64_t plain_size,
                 const std::string& name);

// One per thread, reset, kept for the thread's life.
ZSTD_DCtx_s* thread_decoder();

}  // namespace archive
