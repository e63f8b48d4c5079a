#include "core/path_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace core {

namespace {

constexpr std::size_t kMaxName = 255;

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == '-' ||
         letter == '/';
}

[[noreturn]] void refuse(std::string_view text, const char* why) {
  throw Error(ExitCode::kIntegrity, fmt::format("'{}' {}", text, why),
              "the archive is damaged or was made to do harm: use another one");
}

int digit_of(char letter, std::string_view text) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  refuse(text, "holds something else than hex digits");
}

void check_part(std::string_view part, std::string_view text) {
  if (part.empty()) refuse(text, "has an empty part");
  if (part == "." || part == "..") refuse(text, "leads elsewhere");
  if (part.size() > kMaxName) refuse(text, "has an overlong part");
}

void append_encoded(std::string& text, char letter) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(letter);
  text += '%';
  text += kDigits[byte >> 4];
  text += kDigits[byte & 15];
}

}  // namespace

std::string encode_path(std::string_view path) {
  std::string text;
  text.reserve(path.size() + 8);
  for (const char letter : path) {
    if (is_plain(letter))
      text += letter;
    else
      append_encoded(text, letter);
  }
  return text;
}

std::string decode_path(std::string_view text) {
  std::string path;
  path.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!is_plain(text[i])) refuse(text, "is not percent-encoded");
      path += text[i];
      continue;
    }
    if (text.size() - i < 3) refuse(text, "ends within an encoded byte");
    std::string digits(text.substr(i + 1, 2));
    for (char& digit : digits)
      if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    path += from_hex(digits);
    i += 2;
  }
  return path;
}

std::string decode_relative_path(std::string_view text) {
  std::string path = decode_path(text);
  if (path.find('\0') != std::string::npos) refuse(text, "holds a zero byte");
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    check_part(std::string_view(path).substr(begin, end - begin), text);
    begin = end + 1;
  }
  return path;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string from_hex(std::string_view text) {
  if (text.size() % 2 != 0) refuse(text, "has an odd number of hex digits");
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes += static_cast<char>(digit_of(text[i], text) * 16 + digit_of(text[i + 1], text));
  return bytes;
}

std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {".", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace core
