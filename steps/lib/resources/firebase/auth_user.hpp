#pragma once
// One user of Firebase Auth as the bytes that the server gave.

#include <string>
#include <string_view>
#include <vector>

#include "core/content_sum.hpp"

namespace resources::firebase {

struct User {
  std::string id;                  // localId
  bool hash_missing = false;       // signs in by password, and the hash is empty or redacted
  bool authenticator_app = false;  // a second factor whose secret no API gives
};

User parse_user(std::string_view object);
// What no two users may share: the e-mail address, the phone number, an account elsewhere.
std::vector<std::string> identifiers_of(std::string_view object);

// Over what a restore brings back and nobody but an administrator changes: not over the times of
// sign-ins, nor over what the service derives itself.
core::Hash128 hash_of_user(std::string_view object);

}  // namespace resources::firebase
