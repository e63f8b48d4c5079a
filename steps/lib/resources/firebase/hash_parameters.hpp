#pragma once
// How a Firebase project hashes passwords. Without them nobody could sign in after a restore. They
// come from a secret and go nowhere else.

#include <cstdint>
#include <string>

#include "json/value.hpp"

namespace resources::firebase {

struct HashParameters {
  std::string signer_key;      // web-safe base64, as the API takes it
  std::string salt_separator;  // the same
  std::int64_t rounds = 0;
  std::int64_t memory_cost = 0;
};

// Reads what the console shows (`hash_config { algorithm: SCRYPT, base64_signer_key: ..., }`), or
// the same as JSON. Throws Error(kConfiguration) naming what is missing; never shows a value.
HashParameters parse_hash_parameters(const std::string& text);

// Their part of a request of accounts:batchCreate.
json::Value to_request(const HashParameters& parameters);

// Does `hash_config`, of the project's own configuration, say the same?
bool agrees(const HashParameters& parameters, const json::Value& hash_config);

}  // namespace resources::firebase
