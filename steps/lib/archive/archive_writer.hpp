#pragma once
// Streams one archive into a temporary file beside its final name and makes it visible only whole:
// <folder>/<BackupId>.tar and its copy of the manifest <BackupId>.json, mode 0600.

#include <cstdint>
#include <memory>
#include <string>

#include "archive/chunk_sink.hpp"
#include "archive/manifest.hpp"

namespace archive {

struct FinishedArchive {
  std::string path;
  std::uint64_t size_bytes = 0;
  std::string manifest_sha256;  // of the manifest member's bytes: the catalogue's trust anchor
};

class ArchiveWriter final : public ChunkSink {
 public:
  // Writes format.json at once. Refuses (kStorage) a folder that is missing or a name that exists.
  ArchiveWriter(const std::string& folder, const std::string& backup_id);
  ~ArchiveWriter() override;  // without finish(): the temporary file is removed

  void put(ChunkName name, const EncodedChunk& chunk) override;
  std::uint64_t bytes_written() const;

  // Completes `manifest` with the members put so far and the sums per resource, writes it as the
  // last member, closes, fsyncs, renames, writes the copy. Once.
  FinishedArchive finish(Manifest manifest);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace archive
