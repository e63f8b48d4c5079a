#pragma once
// Which browsers an account has signed in from: a cookie that only this service can make, by a key
// in <data_folder>/device-key that outlives a restart. It signs nobody in; it only says that a
// wrong password comes from the owner's own browser and not from a stranger.

#include <string>

namespace admin {

class KnownDevices {
 public:
  // Makes the key, mode 0600, where there is none.
  explicit KnownDevices(const std::string& key_file);

  std::string cookie_for(const std::string& account) const;
  // 32 hex characters; empty: the cookie is not of this account, or not ours.
  std::string id_of(const std::string& cookie, const std::string& account) const;

 private:
  std::string m_key;
};

}  // namespace admin
