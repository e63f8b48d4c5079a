#pragma once
// Metadata of single entries on the disk: extended attributes (POSIX ACLs are among them), owner,
// mode and times.

#include <map>
#include <string>

#include "resources/config_local/tree.hpp"

namespace resources::config_local {

// Of an open file or folder. Left out: labels that the system itself gives anew
// (security.selinux, security.ima, security.evm).
Attributes read_attributes(int fd, const std::string& path);
// Of an entry that cannot be opened without side effects (fifo), never through a link.
Attributes read_attributes_at(int folder_fd, const std::string& name, const std::string& path);

// Which id an archived owner has on this system: by name where the name is known here.
class Owners {
 public:
  explicit Owners(const Tree& archived);
  std::uint32_t user(std::uint32_t archived) const { return look_up(m_users, archived); }
  std::uint32_t group(std::uint32_t archived) const { return look_up(m_groups, archived); }

 private:
  using Ids = std::map<std::uint32_t, std::uint32_t>;
  static std::uint32_t look_up(const Ids& ids, std::uint32_t archived);
  Ids m_users;
  Ids m_groups;
};

// Owner, attributes, mode and times, in the order that keeps all of them, on an open file or
// folder. Attributes that the archive does not have are removed. Throws Error(kStorage).
void apply_metadata(int fd, const Entry& entry, const Owners& owners);
// The same for a symbolic link or a fifo (a link has no mode of its own).
void apply_metadata_at(int folder_fd, const std::string& name, const Entry& entry,
                       const Owners& owners);

}  // namespace resources::config_local
