#pragma once
// Commits of HEAD that no remote has, as a git bundle in parts of 8 MiB, so that the archive alone
// brings the hash back. Concatenated, the parts are the bundle.

#include <string>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/deployment/git.hpp"

namespace resources::deployment {

void capture_bundle(const Git& git, archive::ChunkSink& sink, core::Context& context);

bool has_bundle(const archive::ArchiveReader& archive);

// The archived bundle as a temporary file that goes away with this object.
class BundleFile {
 public:
  BundleFile(const archive::ArchiveReader& archive, core::Context& context);
  ~BundleFile();
  BundleFile(const BundleFile&) = delete;
  BundleFile& operator=(const BundleFile&) = delete;

  const std::string& path() const { return m_path; }
  // The repository has everything that the bundle builds upon.
  bool fits(const Git& git) const;
  // Adds its commits to the repository, kept by refs/environment-backup/bundle.
  void add_to(const Git& git) const;

 private:
  std::string m_path;
};

}  // namespace resources::deployment
