#include "resources/config_local/attributes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/accounts.hpp"
#include "core/error.hpp"

namespace resources::config_local {

namespace {

constexpr std::array<std::string_view, 3> kGivenBySystem{"security.selinux", "security.ima",
                                                         "security.evm"};
constexpr std::string_view kAclPrefix = "system.posix_acl_";

// The extended attribute calls on one file, by descriptor or by a path that follows no link.
struct Access {
  std::function<ssize_t(char*, std::size_t)> list;
  std::function<ssize_t(const char*, char*, std::size_t)> get;
  std::function<int(const char*, const std::string&)> set;
  std::function<int(const char*)> remove;
};

Access by_descriptor(int fd) {
  return {[fd](char* buffer, std::size_t size) { return ::flistxattr(fd, buffer, size); },
          [fd](const char* name, char* buffer, std::size_t size) {
            return ::fgetxattr(fd, name, buffer, size);
          },
          [fd](const char* name, const std::string& value) {
            return ::fsetxattr(fd, name, value.data(), value.size(), 0);
          },
          [fd](const char* name) { return ::fremovexattr(fd, name); }};
}

Access by_name(int folder_fd, const std::string& name) {
  const std::string path = fmt::format("/proc/self/fd/{}/{}", folder_fd, name);
  return {
      [path](char* buffer, std::size_t size) { return ::llistxattr(path.c_str(), buffer, size); },
      [path](const char* key, char* buffer, std::size_t size) {
        return ::lgetxattr(path.c_str(), key, buffer, size);
      },
      [path](const char* key, const std::string& value) {
        return ::lsetxattr(path.c_str(), key, value.data(), value.size(), 0);
      },
      [path](const char* key) { return ::lremovexattr(path.c_str(), key); }};
}

bool given_by_system(std::string_view name) {
  return std::find(kGivenBySystem.begin(), kGivenBySystem.end(), name) != kGivenBySystem.end();
}

std::string value_of(const Access& access, const std::string& name, const std::string& path) {
  for (std::size_t size = 1024;; size *= 8) {
    std::string value(size, '\0');
    const ssize_t length = access.get(name.c_str(), value.data(), value.size());
    if (length >= 0) {
      value.resize(static_cast<std::size_t>(length));
      return value;
    }
    if (errno != ERANGE) core::throw_errno("read attribute " + name + " of", path);
  }
}

Attributes read_all(const Access& access, std::string_view list, const std::string& path) {
  Attributes attributes;
  while (!list.empty()) {
    const std::string name(list.substr(0, list.find('\0')));
    list.remove_prefix(std::min(list.size(), name.size() + 1));
    if (!given_by_system(name)) attributes.emplace_back(name, value_of(access, name, path));
  }
  std::sort(attributes.begin(), attributes.end());
  return attributes;
}

// Most files have none: one call, no allocation.
Attributes read_listed(const Access& access, ssize_t length, std::string_view list,
                       const std::string& path) {
  if (length == 0 || (length < 0 && errno == ENOTSUP)) return {};
  if (length > 0) return read_all(access, list.substr(0, static_cast<std::size_t>(length)), path);
  if (errno != ERANGE) core::throw_errno("list attributes of", path);
  std::string large(std::size_t{64} << 10, '\0');
  length = access.list(large.data(), large.size());
  if (length < 0) core::throw_errno("list attributes of", path);
  return read_all(access, std::string_view(large).substr(0, static_cast<std::size_t>(length)),
                  path);
}

void set_attributes(const Access& access, const Entry& entry, bool acl) {
  for (const auto& [name, value] : entry.extra().attributes)
    if ((name.rfind(kAclPrefix, 0) == 0) == acl && access.set(name.c_str(), value) != 0)
      core::throw_errno("set attribute " + name + " of", entry.path);
}

// A new file in a folder with a default ACL inherits one; an overwritten file may have others.
void remove_foreign(const Access& access, const Attributes& present, const Entry& entry) {
  const auto& wanted = entry.extra().attributes;
  for (const auto& [name, value] : present) {
    const auto& key = name;
    const bool is_wanted = std::any_of(wanted.begin(), wanted.end(),
                                       [&](const auto& pair) { return pair.first == key; });
    if (!is_wanted && access.remove(name.c_str()) != 0 && errno != ENODATA)
      core::throw_errno("remove attribute " + name + " of", entry.path);
  }
}

std::array<timespec, 2> times_of(const Entry& entry) {
  const timespec mtime{static_cast<time_t>(entry.mtime_seconds),
                       static_cast<long>(entry.mtime_nanoseconds)};
  return {mtime, mtime};
}

}  // namespace

Attributes read_attributes(int fd, const std::string& path) {
  std::array<char, 256> names;
  const ssize_t length = ::flistxattr(fd, names.data(), names.size());
  if (length == 0) return {};
  return read_listed(by_descriptor(fd), length, {names.data(), names.size()}, path);
}

Attributes read_attributes_at(int folder_fd, const std::string& name, const std::string& path) {
  const Access access = by_name(folder_fd, name);
  std::array<char, 256> names;
  const ssize_t length = access.list(names.data(), names.size());
  return read_listed(access, length, {names.data(), names.size()}, path);
}

Owners::Owners(const Tree& archived) {
  for (const auto& [id, name] : archived.users) m_users[id] = core::user_id(name).value_or(id);
  for (const auto& [id, name] : archived.groups) m_groups[id] = core::group_id(name).value_or(id);
}

std::uint32_t Owners::look_up(const Ids& ids, std::uint32_t archived) {
  const auto found = ids.find(archived);
  return found == ids.end() ? archived : found->second;
}

void apply_metadata(int fd, const Entry& entry, const Owners& owners) {
  const uid_t user = owners.user(entry.uid);
  const gid_t group = owners.group(entry.gid);
  struct stat now {};
  if (::fstat(fd, &now) != 0) core::throw_errno("examine", entry.path);
  // chown clears setuid bits and capabilities, so it comes first; a mode change would rewrite the
  // mask of an ACL, so the ACL comes after it; times last.
  if ((now.st_uid != user || now.st_gid != group) && ::fchown(fd, user, group) != 0)
    core::throw_errno("change the owner of", entry.path);
  const Attributes present = read_attributes(fd, entry.path);
  const bool plain = present.empty() && entry.extra().attributes.empty();
  const Access access = plain ? Access{} : by_descriptor(fd);
  if (!plain) {
    remove_foreign(access, present, entry);
    set_attributes(access, entry, false);
  }
  if (::fchmod(fd, entry.mode) != 0) core::throw_errno("change the mode of", entry.path);
  if (!plain) set_attributes(access, entry, true);
  if (::futimens(fd, times_of(entry).data()) != 0)
    core::throw_errno("set the times of", entry.path);
}

void apply_metadata_at(int folder_fd, const std::string& name, const Entry& entry,
                       const Owners& owners) {
  if (::fchownat(folder_fd, name.c_str(), owners.user(entry.uid), owners.group(entry.gid),
                 AT_SYMLINK_NOFOLLOW) != 0)
    core::throw_errno("change the owner of", entry.path);
  if (entry.type == EntryType::kFifo) {
    const Access access = by_name(folder_fd, name);
    remove_foreign(access, read_attributes_at(folder_fd, name, entry.path), entry);
    set_attributes(access, entry, false);
    // A fifo made by this process a moment ago, in a folder that only it writes.
    if (::fchmodat(folder_fd, name.c_str(), entry.mode, 0) != 0)
      core::throw_errno("change the mode of", entry.path);
    set_attributes(access, entry, true);
  }
  if (::utimensat(folder_fd, name.c_str(), times_of(entry).data(), AT_SYMLINK_NOFOLLOW) != 0)
    core::throw_errno("set the times of", entry.path);
}

}  // namespace resources::config_local
