#include "resources/deployment/untracked_files.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/pax_packer.hpp"
#include "core/error.hpp"
#include "core/folder_cursor.hpp"
#include "core/path_text.hpp"
#include "core/sha256.hpp"
#include "resources/deployment/untracked_list.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

constexpr std::uint64_t kPackBytes = std::uint64_t{8} << 20;
constexpr int kReadings = 4;
constexpr std::size_t kHeaderBytes = 2048;

bool take_state(UntrackedFile& file, const struct stat& found) {
  file.mode = found.st_mode & 07777;
  file.mtime_seconds = found.st_mtim.tv_sec;
  file.mtime_nanoseconds = static_cast<std::uint32_t>(found.st_mtim.tv_nsec);
  file.size = S_ISREG(found.st_mode) ? static_cast<std::uint64_t>(found.st_size) : 0;
  return S_ISREG(found.st_mode) || S_ISLNK(found.st_mode);
}

std::string target_of(int folder_fd, const std::string& name) {
  std::string target(4096, '\0');
  const ssize_t length = ::readlinkat(folder_fd, name.c_str(), target.data(), target.size());
  target.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return target;
}

core::UniqueFd open_live(core::FolderCursor& cursor, const std::string& path) {
  const auto [folder, name] = core::split_path(path);
  const int folder_fd = cursor.try_open(folder);
  if (folder_fd < 0) return core::UniqueFd();
  return core::UniqueFd(::openat(folder_fd, std::string(name).c_str(),
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

std::string read_whole(int fd, const std::string& path) {
  std::string content;
  std::string buffer(std::size_t{256} << 10, '\0');
  while (const std::size_t got = core::read_some(fd, buffer.data(), buffer.size(), path)) {
    content.append(buffer.data(), got);
    if (content.size() > kMaxUntrackedBytes)
      throw core::Error(core::ExitCode::kPrecondition,
                        fmt::format("the untracked file {} is larger than {} bytes",
                                    core::encode_path(path), kMaxUntrackedBytes),
                        "commit it, ignore it in .gitignore, or keep it elsewhere");
  }
  return content;
}

// The bytes of a file that stood still while it was read.
std::string read_stable(core::FolderCursor& cursor, UntrackedFile& file,
                        const core::CancelToken& cancel) {
  for (int reading = 0; reading < kReadings; ++reading) {
    const auto fd = open_live(cursor, file.path);
    struct stat before {};
    struct stat after {};
    if (!fd || ::fstat(fd.get(), &before) != 0) core::throw_errno("read", file.path);
    std::string content = read_whole(fd.get(), file.path);
    if (::fstat(fd.get(), &after) == 0 && after.st_ctim.tv_sec == before.st_ctim.tv_sec &&
        after.st_ctim.tv_nsec == before.st_ctim.tv_nsec &&
        content.size() == static_cast<std::size_t>(before.st_size)) {
      take_state(file, before);
      return content;
    }
    cancel.sleep_ms(200);
  }
  throw core::Error(core::ExitCode::kPrecondition,
                    fmt::format("{} changes while it is read", core::encode_path(file.path)),
                    "stop what writes there (quiesce_command), or ignore it in .gitignore");
}

archive::PaxEntry header_of(const UntrackedFile& file) {
  archive::PaxEntry header;
  header.path = file.path;
  header.type = file.is_link() ? archive::PaxType::kSymbolicLink : archive::PaxType::kFile;
  header.target = file.target;
  header.mode = file.mode;
  header.mtime_seconds = file.mtime_seconds;
  header.mtime_nanoseconds = file.mtime_nanoseconds;
  return header;
}

// [begin, end) of the files that go into one pack.
std::size_t end_of_pack(const std::vector<UntrackedFile>& files, std::size_t begin) {
  std::uint64_t bytes = 0;
  std::size_t end = begin;
  while (end < files.size() && (end == begin || bytes + files[end].size <= kPackBytes))
    bytes += files[end++].size + kHeaderBytes;
  return end;
}

void put_pack(core::FolderCursor& cursor, std::vector<UntrackedFile>& files, std::size_t begin,
              std::size_t end, std::uint32_t number, archive::ChunkSink& sink,
              core::Context& context) {
  std::uint64_t bytes = 0;
  for (std::size_t i = begin; i < end; ++i) bytes += files[i].size + kHeaderBytes;
  const auto charge = context.memory.acquire(3 * bytes, context.cancel);
  archive::PaxPacker packer(bytes);
  for (std::size_t i = begin; i < end; ++i) {
    UntrackedFile& file = files[i];
    file.pack = number;
    const std::string content = file.is_link() ? "" : read_stable(cursor, file, context.cancel);
    if (!file.is_link()) file.sha256 = core::sha256_hex(content);
    packer.add(header_of(file), content);
  }
  archive::ChunkName name;
  name.path = fmt::format("deployment/untracked-{:06}.tar.zst", number);
  name.resource = kName;
  name.rows = end - begin;
  name.meta.set("kind", "untracked");
  name.meta.set("pack", number);
  sink.put(std::move(name), archive::encode_zstd(packer.finish()));
}

// Removes whatever has the archived name, makes its folders, and returns the last one. Nothing on
// the way is followed: a link or a file there is replaced by a folder.
int make_room(core::FolderCursor& cursor, int root_fd, const std::string& path) {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (cursor.try_open(folder) >= 0) continue;
    const auto [parent, name] = core::split_path(folder);
    const int parent_fd = cursor.open(parent);
    const std::string made(name);
    if (::unlinkat(parent_fd, made.c_str(), 0) != 0 && errno != ENOENT)
      core::throw_errno("replace", folder);
    if (::mkdirat(parent_fd, made.c_str(), 0755) != 0) core::throw_errno("make folder", folder);
  }
  const auto [folder, name] = core::split_path(path);
  const int folder_fd = folder == "." ? root_fd : cursor.open(folder);
  const std::string replaced(name);
  if (::unlinkat(folder_fd, replaced.c_str(), 0) != 0 && errno != ENOENT) {
    if (errno != EISDIR) core::throw_errno("replace", path);
    std::filesystem::remove_all(fmt::format("/proc/self/fd/{}/{}", folder_fd, replaced));
  }
  return folder_fd;
}

void set_times(int folder_fd, const std::string& name, const UntrackedFile& file) {
  const timespec mtime{static_cast<time_t>(file.mtime_seconds),
                       static_cast<long>(file.mtime_nanoseconds)};
  const timespec times[2] = {mtime, mtime};
  if (::utimensat(folder_fd, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    core::throw_errno("set the times of", file.path);
}

void write_file(core::FolderCursor& cursor, int root_fd, const UntrackedFile& file,
                std::string_view content) {
  const int folder_fd = make_room(cursor, root_fd, file.path);
  const std::string name(core::split_path(file.path).second);
  if (file.is_link()) {
    if (::symlinkat(file.target.c_str(), folder_fd, name.c_str()) != 0)
      core::throw_errno("create", file.path);
  } else {
    const core::UniqueFd fd(::openat(folder_fd, name.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) core::throw_errno("create", file.path);
    core::write_all(fd.get(), content, file.path);
    if (::fchmod(fd.get(), file.mode) != 0) core::throw_errno("change the mode of", file.path);
  }
  set_times(folder_fd, name, file);
}

using FilesByPack = std::map<std::uint32_t, std::vector<const UntrackedFile*>>;

void restore_pack(core::FolderCursor& cursor, int root_fd, const archive::Member& member,
                  const std::vector<const UntrackedFile*>& files,
                  const archive::ArchiveReader& archive, core::Context& context) {
  const auto charge =
      context.memory.acquire(member.plain_size + member.stored_size, context.cancel);
  const std::string tar = archive.read(member);
  auto next = files.begin();
  archive::unpack_pax(tar, member.name, [&](std::string_view path, std::string_view content) {
    if (next == files.end() || (*next)->path != path || (*next)->size != content.size())
      throw core::Error(core::ExitCode::kIntegrity,
                        fmt::format("{} holds other files than its list names", member.name),
                        "use another archive");
    context.cancel.check();
    write_file(cursor, root_fd, **next, content);
    ++next;
  });
  if (next != files.end())
    throw core::Error(
        core::ExitCode::kIntegrity,
        fmt::format("{} does not hold {}", member.name, core::encode_path((*next)->path)),
        "use another archive");
  context.progress.advance(kName, member.plain_size);
}

}  // namespace

std::vector<UntrackedFile> examine_untracked(int root_fd, const std::vector<std::string>& paths) {
  core::FolderCursor cursor(root_fd);
  std::vector<UntrackedFile> files;
  for (const auto& path : paths) {
    const auto [folder, name_view] = core::split_path(path);
    const std::string name(name_view);
    const int folder_fd = cursor.try_open(folder);
    UntrackedFile file;
    file.path = path;
    struct stat found {};
    if (folder_fd < 0 || ::fstatat(folder_fd, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0 ||
        !take_state(file, found))
      continue;
    if (S_ISLNK(found.st_mode)) file.target = target_of(folder_fd, name);
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

void capture_untracked(int root_fd, std::vector<UntrackedFile> files, archive::ChunkSink& sink,
                       core::Context& context) {
  core::FolderCursor cursor(root_fd);
  std::uint32_t number = 1;
  for (std::size_t begin = 0; begin < files.size(); ++number) {
    const std::size_t end = end_of_pack(files, begin);
    put_pack(cursor, files, begin, end, number, sink, context);
    begin = end;
  }
  if (!files.empty()) put_list(files, sink);
}

void restore_untracked(int root_fd, const archive::ArchiveReader& archive, core::Context& context) {
  const auto files = archived_untracked(archive, context);
  core::FolderCursor cursor(root_fd);
  FilesByPack packs;
  for (const auto& file : files) {
    if (file.is_link())
      write_file(cursor, root_fd, file, "");
    else
      packs[file.pack].push_back(&file);
  }
  for (const auto* member : archive.manifest().members_of(kName)) {
    if (member->meta.get_string("kind") != "untracked") continue;
    const auto pack = packs.find(static_cast<std::uint32_t>(member->meta.get_uint("pack")));
    if (pack == packs.end()) continue;
    restore_pack(cursor, root_fd, *member, pack->second, archive, context);
    packs.erase(pack);
  }
  if (!packs.empty())
    throw core::Error(core::ExitCode::kIntegrity, "a pack of untracked files is missing",
                      "use another archive");
}

std::string live_sha256(int root_fd, const UntrackedFile& file) {
  core::FolderCursor cursor(root_fd);
  const auto fd = open_live(cursor, file.path);
  struct stat found {};
  if (!fd || ::fstat(fd.get(), &found) != 0 || !S_ISREG(found.st_mode)) return "";
  core::Sha256 hash;
  std::string buffer(std::size_t{256} << 10, '\0');
  while (const std::size_t got = core::read_some(fd.get(), buffer.data(), buffer.size(), file.path))
    hash.update({buffer.data(), got});
  return hash.hex();
}

}  // namespace resources::deployment
