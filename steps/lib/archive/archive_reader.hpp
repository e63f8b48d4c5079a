#pragma once
// Opens an archive that may be hostile. The constructor walks every tar header (seeking over the
// data), finds the manifest and refuses: absolute names, "..", links, devices, duplicates, members
// that the manifest does not know or the other way round, sizes or offsets that disagree.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "archive/manifest.hpp"
#include "core/ports.hpp"

namespace archive {

class ArchiveReader {
 public:
  // `manifest_sha256`: trust anchor from the catalogue; when given, a different manifest is refused
  // (kIntegrity). A missing file is kNotFound; a higher format major kConfiguration.
  explicit ArchiveReader(const std::string& path,
                         const std::optional<std::string>& manifest_sha256 = std::nullopt);
  ~ArchiveReader();
  ArchiveReader(ArchiveReader&&) noexcept;
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  const std::string& path() const;
  const Manifest& manifest() const;
  const std::string& manifest_sha256() const;
  std::uint64_t size_bytes() const;

  // The member's plain bytes, sha256 and size checked. Any thread. Throws Error(kIntegrity).
  // The caller has charged plain_size + stored_size to the memory budget.
  std::string read(const Member& member) const;

  // For verify(): positioned reads only.
  int fd() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// Reads every byte of the archive once, on all cores: each member's header, SHA-256, frame and
// plain size. Throws Error(kIntegrity) naming every damaged member (up to 20) with what it holds:
// what the manifest says of it and what `explain` adds, which may be nothing.
using Explain = std::function<std::string(const Member&)>;
void verify(const ArchiveReader& reader, core::Context& context, const Explain& explain = {});

}  // namespace archive
