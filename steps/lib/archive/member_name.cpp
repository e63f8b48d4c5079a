#include "archive/member_name.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "archive/manifest.hpp"

namespace archive {

namespace {

constexpr std::size_t kMaxName = 4096;
constexpr std::string_view kHex = "0123456789ABCDEF";

// Not std::isalnum: the locale must not decide what a name may hold.
bool is_plain(unsigned char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '.' || byte == '-';
}

bool is_safe_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         std::all_of(part.begin(), part.end(), [](char byte) {
           return byte == '%' || is_plain(static_cast<unsigned char>(byte));
         });
}

void append_encoded(std::string& text, unsigned char byte) {
  text += '%';
  text += kHex[byte >> 4U];
  text += kHex[byte & 15U];
}

}  // namespace

bool is_safe_member_name(std::string_view name) {
  if (name.size() > kMaxName) return false;
  for (;;) {
    const auto slash = name.find('/');
    if (!is_safe_part(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

std::string encode_name(std::string_view part) {
  const bool dots = part == "." || part == "..";
  std::string text;
  text.reserve(part.size());
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(byte) && !dots)
      text += c;
    else
      append_encoded(text, byte);
  }
  return text;
}

}  // namespace archive
