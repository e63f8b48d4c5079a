#include "resources/firebase/auth_user.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "json/ranges.hpp"
#include "resources/firebase/value_hash.hpp"

namespace resources::firebase {

namespace {

// base64 of "REDACTED"
constexpr std::string_view kRedacted = "UkVEQUNURUQ=";

constexpr std::array<std::string_view, 6> kNotCompared{
    "kind", "version", "validSince", "passwordUpdatedAt", "lastLoginAt", "lastRefreshAt"};

std::string text_in(std::string_view object, std::string_view key) {
  const auto found = json::find_member(object, key);
  return found && found->front() == '"' ? json::decode_string(*found) : "";
}

bool is_default(std::string_view value) {
  return value == "false" || value == "null" || value == "\"\"" || value == "[]";
}

// Derived from the e-mail address with its hash, or from the phone number.
bool is_derived(const std::string& provider) {
  return provider == "password" || provider == "phone";
}

void append_providers(std::string& text, std::string_view providers) {
  std::vector<std::string> entries;
  for (const auto provider : json::elements_of(providers)) {
    if (is_derived(text_in(provider, "providerId"))) continue;
    append_canonical(entries.emplace_back(), provider, "");
  }
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) text += entry;
}

}  // namespace

User parse_user(std::string_view object) {
  User user;
  user.id = json::decode_string(json::member(object, "localId"));
  const auto hash = text_in(object, "passwordHash");
  bool by_password = false;
  if (const auto providers = json::find_member(object, "providerUserInfo"))
    for (const auto provider : json::elements_of(*providers))
      by_password = by_password || text_in(provider, "providerId") == "password";
  const bool by_link = json::find_member(object, "emailLinkSignin") == "true";
  user.hash_missing = hash == kRedacted || (hash.empty() && by_password && !by_link);
  if (const auto factors = json::find_member(object, "mfaInfo"))
    for (const auto factor : json::elements_of(*factors))
      user.authenticator_app = user.authenticator_app || json::find_member(factor, "totpInfo");
  return user;
}

std::vector<std::string> identifiers_of(std::string_view object) {
  std::vector<std::string> found;
  auto email = text_in(object, "email");
  std::transform(email.begin(), email.end(), email.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!email.empty()) found.push_back("email " + email);
  if (const auto phone = text_in(object, "phoneNumber"); !phone.empty())
    found.push_back("phone " + phone);
  if (const auto providers = json::find_member(object, "providerUserInfo"))
    for (const auto provider : json::elements_of(*providers))
      if (const auto id = text_in(provider, "providerId"); !is_derived(id))
        found.push_back(id + ' ' + text_in(provider, "rawId"));
  return found;
}

core::Hash128 hash_of_user(std::string_view object) {
  auto members = json::members_of(object);
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  std::string text;
  for (const auto& [key, untrimmed] : members) {
    const auto value = json::trimmed(untrimmed);
    if (std::find(kNotCompared.begin(), kNotCompared.end(), key) != kNotCompared.end()) continue;
    if (is_default(value)) continue;
    std::string one;
    if (key == "providerUserInfo")
      append_providers(one, value);
    else
      append_canonical(one, value, "");
    if (one.empty()) continue;
    text += key;
    text += '=';
    text += one;
  }
  thread_local core::RecordHash hash;
  hash.part(text);
  return hash.take();
}

}  // namespace resources::firebase
