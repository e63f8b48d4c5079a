#include "admin/auth/known_devices.hpp"

#include <filesystem>

#include "admin/auth/password.hpp"
#include "core/atomic_file.hpp"
#include "core/ids.hpp"
#include "core/unique_fd.hpp"

namespace admin {

namespace {

constexpr std::size_t kIdSize = 32;

std::string key_of(const std::string& key_file) {
  if (!std::filesystem::exists(key_file)) core::write_file_atomically(key_file, random_token());
  return core::read_file(key_file);
}

}  // namespace

KnownDevices::KnownDevices(const std::string& key_file) : m_key(key_of(key_file)) {}

std::string KnownDevices::cookie_for(const std::string& account) const {
  const std::string id = core::random_hex(kIdSize / 2);
  return id + "." + keyed_hash(m_key, id + " " + account);
}

std::string KnownDevices::id_of(const std::string& cookie, const std::string& account) const {
  if (cookie.size() < kIdSize + 1 || cookie[kIdSize] != '.') return "";
  std::string id = cookie.substr(0, kIdSize);
  return same_secret(keyed_hash(m_key, id + " " + account), cookie.substr(kIdSize + 1)) ? id : "";
}

}  // namespace admin
