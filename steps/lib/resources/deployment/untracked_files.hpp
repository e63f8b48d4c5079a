#pragma once
// Files that git does not know and does not ignore: regular files and symbolic links, with mode,
// time and SHA-256. Packed into pax tars; the list of them is one JSON member.

#include <cstdint>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "json/value.hpp"

namespace resources::deployment {

// A larger one belongs into git, into .gitignore or elsewhere: preflight refuses it.
inline constexpr std::uint64_t kMaxUntrackedBytes = std::uint64_t{32} << 20;

struct UntrackedFile {
  std::string path;    // raw bytes, relative to the working copy
  std::string target;  // of a symbolic link; empty for a file
  std::uint32_t mode = 0;
  std::int64_t mtime_seconds = 0;
  std::uint32_t mtime_nanoseconds = 0;
  std::uint64_t size = 0;
  std::string sha256;  // of a file
  std::uint32_t pack = 0;
  bool is_link() const { return !target.empty(); }
};

// Without content: no sha256, no pack. Entries that are neither file nor link, or gone, are left
// out.
std::vector<UntrackedFile> examine_untracked(int root_fd, const std::vector<std::string>& paths);

// Packs the files and puts the list; a file that changes while it is read is read again, and after
// three times Error(kPrecondition) by name.
void capture_untracked(int root_fd, std::vector<UntrackedFile> files, archive::ChunkSink& sink,
                       core::Context& context);

// Checked: Error(kIntegrity) for names that lead elsewhere.
std::vector<UntrackedFile> archived_untracked(const archive::ArchiveReader& archive,
                                              core::Context& context);

// Puts the archived files back, replacing what has their names.
void restore_untracked(int root_fd, const archive::ArchiveReader& archive, core::Context& context);

// SHA-256 of a live file, never through a link; empty when there is none.
std::string live_sha256(int root_fd, const UntrackedFile& file);

}  // namespace resources::deployment
