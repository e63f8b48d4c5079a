#pragma once
// Passwords and tokens, by libsodium; how easily a password is guessed, by zxcvbn.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

namespace admin {

// Argon2id with the library's interactive limits (64 MiB, 2 passes).
std::string hash_password(const std::string& password);

// Why a password is refused ("must have at least 12 characters", "is easily guessed"); empty when
// it will do.
std::string weakness_of(const std::string& password, const std::string& account_name);

// Checks one password at a time, so that a flood of logins costs one hash's memory and one core.
class PasswordCheck {
 public:
  PasswordCheck();
  // nullopt: too many are waiting, try later. An empty `hash` (no such account) takes as long as a
  // wrong password does and is false.
  std::optional<bool> matches(const std::string& hash, const std::string& password);

 private:
  std::string m_decoy;
  std::mutex m_one;
  std::atomic<int> m_waiting{0};
};

// 32 random bytes as hex, for cookies.
std::string random_token();
// HMAC-SHA256 as hex; a key of any length.
std::string keyed_hash(const std::string& key, const std::string& text);
// Compares in constant time.
bool same_secret(const std::string& left, const std::string& right);

// Ties a form to a cookie: HMAC-SHA256 of the cookie's value under a key that lives as long as the
// process.
class FormTokens {
 public:
  FormTokens();
  std::string token_for(const std::string& cookie) const;
  bool matches(const std::string& cookie, const std::string& token) const;

 private:
  std::string m_key;
};

}  // namespace admin
