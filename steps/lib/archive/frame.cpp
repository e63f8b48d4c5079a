#include "archive/frame.hpp"

#include <memory>
#include <new>

#include <fmt/format.h>
#include <zstd.h>

#include "archive/format_version.hpp"
#include "core/error.hpp"

namespace archive {

namespace {

struct FreeDecoder {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

void refuse_member(const std::string& name, const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity, fmt::format("{} {}", name, what),
                    kUseAnotherArchive);
}

bool is_zstd(const std::vector<std::string>& codec, const std::string& name) {
  if (codec.empty()) return false;
  if (codec.size() == 1 && codec.front() == kZstdCodec) return true;
  throw core::Error(core::ExitCode::kConfiguration,
                    fmt::format("{} is stored in a way that this version does not know", name),
                    "use the version of environment-backup that wrote it, or a newer one");
}

void check_frame(std::string_view head, std::uint64_t stored_size, std::uint64_t plain_size,
                 const std::string& name) {
  const auto announced = ZSTD_getFrameContentSize(head.data(), head.size());
  if (announced == ZSTD_CONTENTSIZE_ERROR) refuse_member(name, "is not a zstd frame");
  if (announced == ZSTD_CONTENTSIZE_UNKNOWN || announced != plain_size)
    refuse_member(name, "announces another size than the manifest");
  // Several frames would decode one after the other: only one is ever written.
  if (head.size() == stored_size &&
      ZSTD_findFrameCompressedSize(head.data(), head.size()) != head.size())
    refuse_member(name, "is not one whole zstd frame");
}

ZSTD_DCtx_s* thread_decoder() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecoder> context{ZSTD_createDCtx()};
  if (!context) throw std::bad_alloc();
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
  return context.get();
}

}  // namespace archive
