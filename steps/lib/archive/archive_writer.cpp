#include "archive/archive_writer.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include <fmt/format.h>
#include <sys/stat.h>

#include "archive/format_version.hpp"
#include "archive/member_name.hpp"
#include "archive/sidecar.hpp"
#include "archive/tar_output.hpp"
#include "core/atomic_file.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/sha256.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

// The path of an archive that may be written: checked before the temporary file is made.
std::string new_path(const std::string& folder, const std::string& backup_id) {
  if (!core::is_backup_id(backup_id))
    throw Error(ExitCode::kInternal, fmt::format("'{}' is not a BackupId", backup_id));
  struct stat found {};
  if (::stat(folder.c_str(), &found) != 0) core::throw_errno("open archive folder", folder);
  if (!S_ISDIR(found.st_mode))
    throw Error(ExitCode::kStorage, fmt::format("archive folder {} is not a folder", folder),
                "set archive_folder to a folder in environment.json");
  std::string path = fmt::format("{}/{}.tar", folder, backup_id);
  if (::lstat(path.c_str(), &found) == 0)
    throw Error(ExitCode::kStorage, fmt::format("{} is there already", path),
                "run the backup again: it takes a new BackupId");
  return path;
}

Member make_member(ChunkName name, const EncodedChunk& chunk) {
  Member member;
  member.name = std::move(name.path);
  member.resource = std::move(name.resource);
  member.stored_size = chunk.stored.size();
  member.plain_size = chunk.plain_size;
  member.sha256 = chunk.sha256;
  member.codec = chunk.codec;
  member.rows = name.rows;
  member.meta = std::move(name.meta);
  return member;
}

void fill_in_blanks(Manifest& manifest, const std::string& backup_id, std::int64_t started_ms) {
  manifest.backup_id = backup_id;
  if (manifest.environment.empty()) manifest.environment = core::environment_of(backup_id);
  if (manifest.kind.empty()) manifest.kind = "backup";
  if (manifest.created_at.empty()) manifest.created_at = core::to_iso8601(started_ms);
  if (manifest.tool_version.empty()) manifest.tool_version = TOOL_VERSION;
}

ResourceEntry& entry_of(Manifest& manifest, const std::string& resource) {
  const auto found = std::find_if(manifest.resources.begin(), manifest.resources.end(),
                                  [&](const auto& entry) { return entry.name == resource; });
  if (found != manifest.resources.end()) return *found;
  return manifest.resources.emplace_back(ResourceEntry{resource, {}, 0, 0, 0, {}});
}

void fill_in_sums(Manifest& manifest) {
  for (const auto& [resource, sums] : sum_members(manifest)) {
    if (resource.empty()) continue;
    ResourceEntry& entry = entry_of(manifest, resource);
    entry.plain_size = sums.plain_size;
    entry.stored_size = sums.stored_size;
    entry.rows = sums.rows;
  }
}

}  // namespace

struct ArchiveWriter::Impl {
  Impl(std::string archive_folder, const std::string& id)
      : folder(std::move(archive_folder)),
        backup_id(id),
        path(new_path(folder, id)),
        file(path),
        tar(file.fd(), file.temporary_path(), started_ms / 1000) {}

  void put(ChunkName name, const EncodedChunk& chunk) {
    if (!is_safe_member_name(name.path) || !names.insert(name.path).second)
      throw Error(ExitCode::kInternal,
                  fmt::format("member name '{}' is unsafe or taken", name.path));
    Member member = make_member(std::move(name), chunk);
    const auto place = tar.add(member.name, chunk.stored);
    member.header_offset = place.header_offset;
    member.offset = place.offset;
    members.push_back(std::move(member));
  }

  FinishedArchive finish(Manifest manifest) {
    manifest.members = std::move(members);
    fill_in_blanks(manifest, backup_id, started_ms);
    fill_in_sums(manifest);
    const json::Value document = to_json(manifest);
    manifest_from_json(document);  // what is written here must be readable later
    const std::string text = json::dump(document);
    tar.add(std::string(kManifestName), text);
    tar.close();
    const Sidecar sidecar{backup_id,  manifest.kind,      {}, core::sha256_hex(text),
                          tar.size(), std::move(manifest)};
    write_sidecar(folder, sidecar, text);  // before the rename: see sidecar.hpp
    commit();
    return {path, sidecar.size_bytes, sidecar.manifest_sha256};
  }

  void commit() {
    try {
      file.commit();
    } catch (...) {
      ::unlink(sidecar_path(folder, backup_id).c_str());
      throw;
    }
  }

  const std::int64_t started_ms = core::system_clock().now_ms();
  const std::string folder;
  const std::string backup_id;
  const std::string path;
  core::AtomicFile file;
  TarOutput tar;
  std::mutex mutex;
  std::vector<Member> members;
  std::unordered_set<std::string> names{std::string(kManifestName)};
  bool finished = false;
};

ArchiveWriter::ArchiveWriter(const std::string& folder, const std::string& backup_id)
    : m_impl(std::make_unique<Impl>(folder, backup_id)) {
  put({std::string(kFormatName), "", {}, {}}, encode_plain(format_document()));
}

ArchiveWriter::~ArchiveWriter() = default;

void ArchiveWriter::put(ChunkName name, const EncodedChunk& chunk) {
  const std::lock_guard lock(m_impl->mutex);
  if (m_impl->finished) throw Error(ExitCode::kInternal, "a finished archive takes no more");
  m_impl->put(std::move(name), chunk);
}

std::uint64_t ArchiveWriter::bytes_written() const {
  const std::lock_guard lock(m_impl->mutex);
  return m_impl->tar.size();
}

FinishedArchive ArchiveWriter::finish(Manifest manifest) {
  const std::lock_guard lock(m_impl->mutex);
  if (m_impl->finished) throw Error(ExitCode::kInternal, "an archive is finished only once");
  m_impl->finished = true;
  return m_impl->finish(std::move(manifest));
}

}  // namespace archive
