#include "resources/config_local/tree_writer.hpp"

#include <cerrno>
#include <functional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/path_text.hpp"
#include "resources/config_local/removal.hpp"

namespace resources::config_local {

namespace {

constexpr std::string_view kInPlaceMark = ".environment-backup-";
constexpr int kNewFile = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

core::UniqueFd create_file(int folder_fd, const std::string& name, const std::string& path) {
  core::UniqueFd fd(::openat(folder_fd, name.c_str(), kNewFile | O_EXCL, kPrivate));
  if (!fd && errno == EEXIST && ::unlinkat(folder_fd, name.c_str(), 0) == 0)  // of a killed run
    fd = core::UniqueFd(::openat(folder_fd, name.c_str(), kNewFile | O_EXCL, kPrivate));
  if (!fd) core::throw_errno("create", path);
  return fd;
}

void pwrite_all(int fd, std::string_view bytes, std::uint64_t offset, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno != EINTR) core::throw_errno("write", path);
    if (put <= 0) continue;
    bytes.remove_prefix(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
}

void set_size(int fd, const Entry& entry) {
  if (::ftruncate(fd, static_cast<off_t>(entry.size)) != 0)
    core::throw_errno("set the size of", entry.path);
}

// Writes the part of the data stream that begins at `offset` to where it belongs in the file.
void write_data(int fd, const Entry& entry, std::uint64_t offset, std::string_view bytes) {
  if (!entry.extra().sparse) return pwrite_all(fd, bytes, offset, entry.path);
  for (const auto& extent : entry.extra().data) {
    if (offset >= extent.length) {
      offset -= extent.length;
      continue;
    }
    const std::string_view piece = bytes.substr(0, extent.length - offset);
    pwrite_all(fd, piece, extent.offset + offset, entry.path);
    bytes.remove_prefix(piece.size());
    if (bytes.empty()) return;
    offset = 0;
  }
}

// Only the data of a content that is whole.
void write_sparse(int fd, const Entry& entry, std::string_view content) {
  for (const auto& extent : entry.extra().data)
    pwrite_all(fd, content.substr(extent.offset, extent.length), extent.offset, entry.path);
  set_size(fd, entry);
}

// Makes an entry that is no file; what an interrupted run left under the name goes first.
void make_anew(int folder_fd, const std::string& name, const std::string& path,
               const std::function<int()>& make) {
  if (make() == 0) return;
  if (errno != EEXIST || ::unlinkat(folder_fd, name.c_str(), 0) != 0 || make() != 0)
    core::throw_errno("create", path);
}

}  // namespace

TreeWriter::TreeWriter(int root_fd, bool in_place, const Tree& tree,
                       const core::CancelToken& cancel)
    : m_root(root_fd),
      m_in_place(in_place),
      m_tree(tree),
      m_cancel(cancel),
      m_owners(tree),
      m_mark(fmt::format("{}{}-", kInPlaceMark, core::random_hex(3))) {}

std::string TreeWriter::new_name(std::string_view name) {
  return m_in_place ? fmt::format("{}{}", m_mark, m_counter++) : std::string(name);
}

// The same in every run, because the parts of one file may be written by several.
std::string TreeWriter::large_name(const Entry& entry) const {
  return m_in_place ? fmt::format("{}content-{}", kInPlaceMark, entry.content.number)
                    : std::string(core::split_path(entry.path).second);
}

void TreeWriter::make_folders() {
  core::FolderCursor cursor(m_root);
  for (const auto& entry : m_tree.entries) {
    if (entry.type != EntryType::kFolder || entry.path == ".") continue;
    m_cancel.check();
    make_folder(cursor.open(core::split_path(entry.path).first), entry);
  }
}

void TreeWriter::make_folder(int parent_fd, const Entry& entry) {
  const std::string name(core::split_path(entry.path).second);
  if (::mkdirat(parent_fd, name.c_str(), S_IRWXU) == 0) return;
  if (errno != EEXIST) core::throw_errno("make folder", entry.path);
  struct stat found {};
  if (::fstatat(parent_fd, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
    core::throw_errno("examine", entry.path);
  if (S_ISDIR(found.st_mode)) {
    // Its owner must be able to write there; the archived mode follows at the end.
    if (::geteuid() != 0) ::fchmodat(parent_fd, name.c_str(), found.st_mode | S_IRWXU, 0);
    return;
  }
  if (::unlinkat(parent_fd, name.c_str(), 0) != 0 ||
      ::mkdirat(parent_fd, name.c_str(), S_IRWXU) != 0)
    core::throw_errno("make folder", entry.path);
}

void TreeWriter::put_in_place(int folder_fd, const std::string& made, const std::string& name,
                              const Entry& entry) {
  if (made == name) return;
  if (::renameat(folder_fd, made.c_str(), folder_fd, name.c_str()) != 0) {
    if (errno != EISDIR && errno != ENOTEMPTY && errno != EEXIST)
      core::throw_errno("put in place", entry.path);
    remove_all(folder_fd, name, m_cancel);
    if (::renameat(folder_fd, made.c_str(), folder_fd, name.c_str()) != 0)
      core::throw_errno("put in place", entry.path);
  }
  // Renaming a file onto another name of itself does nothing, by definition.
  if (entry.is_hard_link()) ::unlinkat(folder_fd, made.c_str(), 0);
}

void TreeWriter::write_file(core::FolderCursor& cursor, const Entry& entry,
                            std::string_view content) {
  const auto [folder, name] = core::split_path(entry.path);
  const int folder_fd = cursor.open(folder);
  const std::string made = new_name(name);
  {
    const core::UniqueFd fd = create_file(folder_fd, made, entry.path);
    if (entry.extra().sparse)
      write_sparse(fd.get(), entry, content);
    else
      core::write_all(fd.get(), content, entry.path);
    apply_metadata(fd.get(), entry, m_owners);
  }
  put_in_place(folder_fd, made, std::string(name), entry);
}

void TreeWriter::write_part(core::FolderCursor& cursor, const Entry& entry, std::uint64_t offset,
                            std::string_view bytes) {
  const int folder_fd = cursor.open(core::split_path(entry.path).first);
  const core::UniqueFd fd(::openat(folder_fd, large_name(entry).c_str(), kNewFile, kPrivate));
  if (!fd) core::throw_errno("create", entry.path);
  write_data(fd.get(), entry, offset, bytes);
}

void TreeWriter::finish_large_files() {
  core::FolderCursor cursor(m_root);
  for (const auto& entry : m_tree.entries) {
    if (!entry.has_content() || entry.content.parts == 0) continue;
    m_cancel.check();
    const auto [folder, name] = core::split_path(entry.path);
    const int folder_fd = cursor.open(folder);
    const std::string made = large_name(entry);
    const core::UniqueFd fd(::openat(folder_fd, made.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT && m_in_place) continue;  // an earlier run renamed it already
    if (!fd) core::throw_errno("complete", entry.path);
    set_size(fd.get(), entry);
    apply_metadata(fd.get(), entry, m_owners);
    put_in_place(folder_fd, made, std::string(name), entry);
  }
}

void TreeWriter::make_links() {
  for (const auto& entry : m_tree.entries)
    if (!entry.is_hard_link() &&
        (entry.type == EntryType::kSymbolicLink || entry.type == EntryType::kFifo))
      make_link(entry);
  for (const auto& entry : m_tree.entries)
    if (entry.is_hard_link()) make_hard_link(entry);
}

void TreeWriter::make_link(const Entry& entry) {
  m_cancel.check();
  core::FolderCursor cursor(m_root);
  const auto [folder, name] = core::split_path(entry.path);
  const int folder_fd = cursor.open(folder);
  const std::string made = new_name(name);
  make_anew(folder_fd, made, entry.path, [&] {
    return entry.type == EntryType::kFifo
               ? ::mkfifoat(folder_fd, made.c_str(), kPrivate)
               : ::symlinkat(entry.extra().target.c_str(), folder_fd, made.c_str());
  });
  apply_metadata_at(folder_fd, made, entry, m_owners);
  put_in_place(folder_fd, made, std::string(name), entry);
}

void TreeWriter::make_hard_link(const Entry& entry) {
  m_cancel.check();
  core::FolderCursor from(m_root);
  core::FolderCursor to(m_root);
  const auto [file_folder, file_name] = core::split_path(entry.extra().same_file_as);
  const auto [folder, name] = core::split_path(entry.path);
  const int file_fd = from.open(file_folder);
  const int folder_fd = to.open(folder);
  const std::string file(file_name);
  const std::string made = new_name(name);
  make_anew(folder_fd, made, entry.path,
            [&] { return ::linkat(file_fd, file.c_str(), folder_fd, made.c_str(), 0); });
  put_in_place(folder_fd, made, std::string(name), entry);
}

void TreeWriter::finish_folders() {
  for (auto entry = m_tree.entries.rbegin(); entry != m_tree.entries.rend(); ++entry)
    if (entry->type == EntryType::kFolder) finish_folder(*entry);
}

void TreeWriter::finish_folder(const Entry& folder) {
  m_cancel.check();
  core::FolderCursor cursor(m_root);
  apply_metadata(cursor.open(folder.path), folder, m_owners);
}

}  // namespace resources::config_local
