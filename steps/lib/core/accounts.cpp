#include "core/accounts.hpp"

#include <cerrno>

#include <grp.h>
#include <pwd.h>

namespace core {

namespace {

// The calls that threads may use want a buffer; a group with many members needs a large one.
template <typename Record, typename Call>
const Record* look_up(Record& record, std::string& buffer, const Call& call) {
  Record* found = nullptr;
  buffer.resize(4096);
  while (call(&record, buffer.data(), buffer.size(), &found) == ERANGE)
    buffer.resize(buffer.size() * 4);
  return found;
}

}  // namespace

std::string user_name(std::uint32_t uid) {
  passwd record{};
  std::string buffer;
  const passwd* found =
      look_up(record, buffer, [&](auto... out) { return ::getpwuid_r(uid, out...); });
  return found == nullptr ? "" : found->pw_name;
}

std::string group_name(std::uint32_t gid) {
  group record{};
  std::string buffer;
  const group* found =
      look_up(record, buffer, [&](auto... out) { return ::getgrgid_r(gid, out...); });
  return found == nullptr ? "" : found->gr_name;
}

std::optional<std::uint32_t> user_id(const std::string& name) {
  passwd record{};
  std::string buffer;
  const passwd* found =
      look_up(record, buffer, [&](auto... out) { return ::getpwnam_r(name.c_str(), out...); });
  return found == nullptr ? std::nullopt : std::optional<std::uint32_t>(found->pw_uid);
}

std::optional<std::uint32_t> group_id(const std::string& name) {
  group record{};
  std::string buffer;
  const group* found =
      look_up(record, buffer, [&](auto... out) { return ::getgrnam_r(name.c_str(), out...); });
  return found == nullptr ? std::nullopt : std::optional<std::uint32_t>(found->gr_gid);
}

}  // namespace core
