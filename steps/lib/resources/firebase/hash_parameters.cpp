#include "resources/firebase/hash_parameters.hpp"

#include <algorithm>
#include <map>

#include "core/error.hpp"

namespace resources::firebase {

namespace {

constexpr std::string_view kAround = " \t\r\n,\"'";

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kConfiguration, "the password hash parameters " + what,
                    "copy them from the Firebase console: Authentication, Users, menu, Password "
                    "hash parameters");
}

std::string stripped(std::string_view text) {
  const auto begin = text.find_first_not_of(kAround);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kAround) - begin + 1));
}

// "key: value" per line or between commas; braces do not matter.
std::map<std::string, std::string> pairs_of(std::string_view text) {
  std::map<std::string, std::string> pairs;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(",\n{}"), text.size());
    const auto part = text.substr(0, end);
    if (const auto colon = part.find(':'); colon != std::string_view::npos)
      pairs[stripped(part.substr(0, colon))] = stripped(part.substr(colon + 1));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return pairs;
}

std::string web_safe(std::string base64) {
  std::replace(base64.begin(), base64.end(), '+', '-');
  std::replace(base64.begin(), base64.end(), '/', '_');
  return base64;
}

std::int64_t number(const std::map<std::string, std::string>& pairs, const std::string& key) {
  const auto found = pairs.find(key);
  if (found == pairs.end()) refuse("have no " + key);
  const auto& digits = found->second;
  if (digits.empty() || digits.size() > 3 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    refuse("have a " + key + " that is no number");
  return std::stoll(digits);
}

std::string text_of(const std::map<std::string, std::string>& pairs, const std::string& key) {
  const auto found = pairs.find(key);
  if (found == pairs.end() || found->second.empty()) refuse("have no " + key);
  return found->second;
}

}  // namespace

HashParameters parse_hash_parameters(const std::string& text) {
  const auto pairs = pairs_of(text);
  if (text_of(pairs, "algorithm") != "SCRYPT")
    refuse("are not of algorithm SCRYPT, by which Firebase hashes");
  return {web_safe(text_of(pairs, "base64_signer_key")),
          web_safe(text_of(pairs, "base64_salt_separator")), number(pairs, "rounds"),
          number(pairs, "mem_cost")};
}

json::Value to_request(const HashParameters& parameters) {
  json::Value request;
  request.set("hashAlgorithm", "SCRYPT");
  request.set("signerKey", parameters.signer_key);
  request.set("saltSeparator", parameters.salt_separator);
  request.set("rounds", parameters.rounds);
  request.set("memoryCost", parameters.memory_cost);
  return request;
}

bool agrees(const HashParameters& parameters, const json::Value& hash_config) {
  return web_safe(hash_config.get_string("signerKey")) == parameters.signer_key &&
         web_safe(hash_config.get_string("saltSeparator")) == parameters.salt_separator &&
         hash_config.get_int("rounds") == parameters.rounds &&
         hash_config.get_int("memoryCost") == parameters.memory_cost;
}

}  // namespace resources::firebase
