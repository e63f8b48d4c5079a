#include "resources/images/auth_challenge.hpp"

#include <algorithm>
#include <cctype>

namespace resources::images {

namespace {
std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// `at` stands behind the opening quote; afterwards behind the closing one.
std::string take_quoted(const std::string& text, std::size_t& at) {
  std::string value;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    value += text[at++];
  }
  if (at < text.size()) ++at;
  return value;
}

std::string take_value(const std::string& text, std::size_t& at) {
  if (at < text.size() && text[at] == '"') return take_quoted(text, ++at);
  const auto start = at;
  at = std::min(text.find_first_of(", ", at), text.size());
  return text.substr(start, at - start);
}
}  // namespace

AuthChallenge parse_challenge(const std::string& header) {
  AuthChallenge challenge;
  std::size_t at = std::min(header.find(' '), header.size());
  challenge.scheme = lower(header.substr(0, at));
  while (true) {
    at = header.find_first_not_of(" ,", at);
    if (at == std::string::npos) return challenge;
    const auto equals = header.find('=', at);
    if (equals == std::string::npos) return challenge;
    const std::string name = lower(header.substr(at, equals - at));
    at = equals + 1;
    challenge.parameters[name] = take_value(header, at);
  }
}

}  // namespace resources::images
