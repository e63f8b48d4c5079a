#include "resources/config_local/rights.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <linux/capability.h>
#include <unistd.h>

#include "core/unique_fd.hpp"

namespace resources::config_local {

namespace {

bool has_capability(int capability) {
  const std::string status = core::read_file("/proc/self/status");
  const auto at = status.find("CapEff:");
  if (at == std::string::npos) return ::geteuid() == 0;
  const std::uint64_t set = std::strtoull(status.c_str() + at + sizeof("CapEff:"), nullptr, 16);
  return ((set >> capability) & 1) != 0;
}

}  // namespace

bool may_change_owners() {
  return has_capability(CAP_CHOWN);
}

bool may_set_system_attributes() {
  return has_capability(CAP_SYS_ADMIN);
}

bool is_own_user(unsigned uid) {
  return uid == ::geteuid();
}

bool is_own_group(unsigned gid) {
  if (gid == ::getegid()) return true;
  const int count = ::getgroups(0, nullptr);
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(count, 0)));
  if (!groups.empty() && ::getgroups(count, groups.data()) < 0) return false;
  return std::find(groups.begin(), groups.end(), gid) != groups.end();
}

}  // namespace resources::config_local
