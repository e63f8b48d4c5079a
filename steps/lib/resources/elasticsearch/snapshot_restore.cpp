#include "resources/elasticsearch/snapshot_restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/templates.hpp"

namespace resources::elasticsearch {

namespace fs = std::filesystem;
using core::Error;
using core::ExitCode;

namespace {

// A path from an archive decides where a file is written: only names as the servers make them.
void require_plain_path(const std::string& path) {
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
           c == '/';
  };
  const bool plain = !path.empty() && std::all_of(path.begin(), path.end(), allowed) &&
                     path.front() != '/' && path.find("..") == std::string::npos &&
                     path.find("//") == std::string::npos && path.back() != '/';
  if (!plain)
    throw Error(ExitCode::kIntegrity,
                fmt::format("'{}' is not a file of a snapshot repository", path),
                "the archive is damaged: use another one");
}

// The server runs under another account and has to read what is written here.
void make_readable_folder(const std::string& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (!failure) fs::permissions(folder, fs::perms(0755), failure);
  if (failure)
    throw Error(ExitCode::kStorage,
                fmt::format("the folder {} cannot be made: {}", folder, failure.message()),
                "let the account that runs this write to the folder of the server's repository");
}

void write_piece(const std::string& path, const std::string& bytes, std::uint64_t offset) {
  const auto fd = core::open_fd(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0644);
  if (fchmod(fd.get(), 0644) != 0) core::throw_errno("set the mode of", path);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto written = ::pwrite(fd.get(), bytes.data() + done, bytes.size() - done,
                                  static_cast<off_t>(offset + done));
    if (written < 0) core::throw_errno("write", path);
    done += static_cast<std::size_t>(written);
  }
}

}  // namespace

SnapshotRestore::SnapshotRestore(std::shared_ptr<Cluster> cluster,
                                 const archive::ArchiveReader& archive, RepositoryPlace place,
                                 std::string repository, core::Context& context)
    : m_cluster(std::move(cluster)),
      m_archive(archive),
      m_context(context),
      m_archived(archive),
      m_repository(*m_cluster, std::move(place), std::move(repository)) {
  for (const auto* member : archive.manifest().members_of(kResource))
    if (member->meta.get_string("kind") == "file") m_pieces[member->name] = member;
  if (m_repository.is_known()) remove_units();
  m_repository.remove();
  make_readable_folder(m_repository.folder());
  put_templates_back();
}

void SnapshotRestore::put_templates_back() {
  if (m_archived.templates() == nullptr) return;
  put_templates(*m_cluster, m_archive.read(*m_archived.templates()),
                [this] { m_context.lease.check(); });
}

void SnapshotRestore::remove_units() {
  for (const auto& unit : m_archived.all())
    remove_unit(*m_cluster, unit.name, unit.data_stream, m_context.lease);
}

std::vector<Task> SnapshotRestore::plan() {
  std::vector<Task> items;
  for (const auto& [name, member] : m_pieces) items.push_back({name, member->plain_size});
  return items;
}

void SnapshotRestore::run(const Task& item) {
  const auto& member = *m_pieces.at(item.id);
  const auto file = member.meta.get_string("file");
  require_plain_path(file);
  const auto charge =
      m_context.memory.acquire(member.plain_size + member.stored_size, m_context.cancel);
  const auto path = m_repository.folder() + "/" + file;
  for (auto folder = fs::path(file).parent_path(); !folder.empty(); folder = folder.parent_path())
    make_readable_folder(m_repository.folder() + "/" + folder.string());
  write_piece(path, m_archive.read(member), member.meta.get_uint("offset"));
  m_context.progress.advance(kResource, member.plain_size);
}

json::Value SnapshotRestore::finish() {
  std::vector<std::string> names;
  std::uint64_t documents = 0;
  for (const auto& unit : m_archived.all()) {
    names.push_back(unit.name);
    documents += unit.sum.count();
  }
  remove_units();
  m_context.lease.check();
  m_repository.register_for_reading();
  if (!names.empty()) m_repository.restore(names);
  m_repository.remove();
  json::Value report;
  report.set("indices", static_cast<std::uint64_t>(names.size()));
  report.set("documents", documents);
  return report;
}

}  // namespace resources::elasticsearch
