#include "admin/auth/password.hpp"

#include <array>
#include <stdexcept>

#include <sodium.h>
#include <zxcvbn.h>

#include "core/ids.hpp"

namespace admin {

namespace {

constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 256;
constexpr int kMostWaiting = 16;
// What a list of common passwords, words with a number, keyboard rows and dates stay below; three
// words of a dictionary are above 45.
constexpr double kFewestBits = 30;

void set_up_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be set up");
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

}  // namespace

std::string hash_password(const std::string& password) {
  set_up_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    throw std::bad_alloc();
  return hash.data();
}

std::string weakness_of(const std::string& password, const std::string& account_name) {
  if (password.size() < kShortest) return "must have at least 12 characters";
  if (password.size() > kLongest) return "must have at most 256 characters";
  if (password.find(account_name) != std::string::npos) return "must not hold the account's name";
  if (password.find_first_not_of(password[0]) == std::string::npos)
    return "must not be one character again and again";
  std::array<const char*, 3> known{account_name.c_str(), "athena", nullptr};
  if (ZxcvbnMatch(password.c_str(), known.data(), nullptr) < kFewestBits)
    return "is easily guessed: it is a common one, or a word with figures";
  return "";
}

PasswordCheck::PasswordCheck() : m_decoy(hash_password(core::random_hex(16))) {}

std::optional<bool> PasswordCheck::matches(const std::string& hash, const std::string& password) {
  if (password.size() > kLongest) return false;
  if (m_waiting.fetch_add(1) >= kMostWaiting) {
    m_waiting.fetch_sub(1);
    return std::nullopt;
  }
  const std::lock_guard lock(m_one);
  const std::string& against = hash.empty() ? m_decoy : hash;
  const bool equal =
      crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  m_waiting.fetch_sub(1);
  return equal && !hash.empty();
}

std::string random_token() {
  return core::random_hex(32);
}

std::string keyed_hash(const std::string& key, const std::string& text) {
  const auto bytes = [](const std::string& of) {
    return reinterpret_cast<const unsigned char*>(of.data());
  };
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  return to_hex(mac.data(), mac.size());
}

bool same_secret(const std::string& left, const std::string& right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

FormTokens::FormTokens() : m_key(crypto_auth_hmacsha256_KEYBYTES, '\0') {
  set_up_sodium();
  randombytes_buf(m_key.data(), m_key.size());
}

std::string FormTokens::token_for(const std::string& cookie) const {
  return keyed_hash(m_key, cookie);
}

bool FormTokens::matches(const std::string& cookie, const std::string& token) const {
  return !cookie.empty() && same_secret(token_for(cookie), token);
}

}  // namespace admin
