#include "archive/archive_reader.hpp"

#include <cerrno>
#include <filesystem>
#include <unordered_set>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "archive/chunk_codec.hpp"
#include "archive/format_version.hpp"
#include "archive/frame.hpp"
#include "archive/pax_header.hpp"
#include "archive/tar_block.hpp"
#include "archive/tar_walk.hpp"
#include "core/error.hpp"
#include "core/sha256.hpp"
#include "core/unique_fd.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

constexpr std::uint64_t kMaxFormat = 64 << 10;
// About a million members: larger ones are bombs.
constexpr std::uint64_t kMaxManifest = std::uint64_t{512} << 20;

core::UniqueFd open_archive(const std::string& path) {
  core::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT)
    throw Error(ExitCode::kNotFound, fmt::format("archive {} is missing", path),
                "'catalogue list' shows what archives there are");
  if (!fd) core::throw_errno("open archive", path);
  return fd;
}

std::uint64_t size_of(int fd, const std::string& path) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) core::throw_errno("look at archive", path);
  if (!S_ISREG(found.st_mode))
    throw Error(ExitCode::kIntegrity, fmt::format("{} is not a file", path), kUseAnotherArchive);
  return static_cast<std::uint64_t>(found.st_size);
}

}  // namespace

struct ArchiveReader::Impl {
  explicit Impl(const std::string& archive_path)
      : path(archive_path), fd(open_archive(path)), size(size_of(fd.get(), path)) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitCode::kIntegrity, fmt::format("{}: {}", path, what), kUseAnotherArchive);
  }

  std::string bytes_at(std::uint64_t offset, std::uint64_t count, const std::string& name) const {
    std::string bytes(count, '\0');
    core::pread_exactly(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset),
                        fmt::format("{} in {}", name, path));
    return bytes;
  }

  std::string small_member(const WalkedMember& member, std::uint64_t limit) const {
    if (member.size > limit) refuse(fmt::format("{} is too large", member.name));
    return bytes_at(member.offset, member.size, member.name);
  }

  // format.json first: a newer major may mean anything by what follows.
  void check_format(const WalkedMember& member) const {
    if (member.name != kFormatName) refuse("does not begin with format.json");
    check_format_version(json::parse(small_member(member, kMaxFormat), std::string(kFormatName)),
                         path);
  }

  void walk() {
    TarWalk tar(fd.get(), size, path);
    while (auto member = tar.next()) {
      if (walked.empty()) check_format(*member);
      if (!walked.empty() && walked.back().name == kManifestName)
        refuse("goes on behind manifest.json");
      walked.push_back(std::move(*member));
    }
    if (walked.size() < 2 || walked.back().name != kManifestName) refuse("has no manifest.json");
    tar.check_end();
  }

  void read_manifest(const std::optional<std::string>& anchor) {
    const std::string text = small_member(walked.back(), kMaxManifest);
    check_padding(fd.get(), walked.back().offset + text.size(), size - kTarEnd, walked.back().name);
    manifest_sha256 = core::sha256_hex(text);
    if (anchor && *anchor != manifest_sha256)
      refuse("manifest.json is not the one that the catalogue recorded");
    manifest = manifest_from_json(json::parse(text, std::string(kManifestName)));
    if (std::filesystem::path(path).filename() != manifest.backup_id + ".tar")
      refuse(fmt::format("is the archive {} under another name", manifest.backup_id));
  }

  // The same members in the same order at the same places: then no name can stand twice, and no
  // byte outside a header lies beyond what the manifest describes.
  void compare() {
    walked.pop_back();
    if (walked.size() != manifest.members.size())
      refuse(fmt::format("holds {} members, its manifest lists {}", walked.size(),
                         manifest.members.size()));
    for (std::size_t i = 0; i < walked.size(); ++i) {
      const Member& listed = manifest.members[i];
      const WalkedMember& found = walked[i];
      if (found.name != listed.name || found.header_offset != listed.header_offset ||
          found.offset != listed.offset || found.size != listed.stored_size)
        refuse(fmt::format("{} is not as manifest.json lists it", found.name));
    }
    walked = {};
  }

  const std::string path;
  const core::UniqueFd fd;
  const std::uint64_t size;
  Manifest manifest;
  std::string manifest_sha256;
  std::vector<WalkedMember> walked;
};

ArchiveReader::ArchiveReader(const std::string& path,
                             const std::optional<std::string>& manifest_sha256)
    : m_impl(std::make_unique<Impl>(path)) {
  m_impl->walk();
  m_impl->read_manifest(manifest_sha256);
  m_impl->compare();
}

ArchiveReader::~ArchiveReader() = default;
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;

const std::string& ArchiveReader::path() const {
  return m_impl->path;
}

const Manifest& ArchiveReader::manifest() const {
  return m_impl->manifest;
}

const std::string& ArchiveReader::manifest_sha256() const {
  return m_impl->manifest_sha256;
}

std::uint64_t ArchiveReader::size_bytes() const {
  return m_impl->size;
}

int ArchiveReader::fd() const {
  return m_impl->fd.get();
}

std::string ArchiveReader::read(const Member& member) const {
  std::string stored = m_impl->bytes_at(member.offset, member.stored_size, member.name);
  if (!member.codec.empty())
    return decode(stored, member.plain_size, member.sha256, member.codec, member.name);
  if (core::sha256_hex(stored) != member.sha256) refuse_member(member.name, "has another SHA-256");
  return stored;
}

}  // namespace archive
