#include "core/ids.hpp"

#include <array>
#include <cctype>

#include <fmt/format.h>
#include <sys/random.h>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace core {

namespace {

constexpr std::size_t kTimeLength = 16;   // 20261123T043000Z
constexpr std::size_t kSuffixLength = 6;  // hex
constexpr std::size_t kTailLength = 1 + kTimeLength + 1 + kSuffixLength;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_compact_utc(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 && text[i] != 'T') return false;
    if (i == 15 && text[i] != 'Z') return false;
    if (i != 8 && i != 15 && std::isdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  }
  return text.size() == kTimeLength;
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  if (getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size()))
    throw_errno("read random bytes from", "the kernel");
  std::string hex;
  for (const unsigned char byte : raw) hex += fmt::format("{:02x}", byte);
  return hex;
}

bool is_environment_name(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  if (text.front() == '-' || text.back() == '-') return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

std::string make_backup_id(std::string_view environment, std::int64_t unix_ms) {
  return fmt::format("{}-{}-{}", environment, to_compact_utc(unix_ms),
                     random_hex(kSuffixLength / 2));
}

bool is_backup_id(std::string_view text) {
  if (text.size() <= kTailLength) return false;
  const auto tail = text.substr(text.size() - kTailLength);
  return is_environment_name(text.substr(0, text.size() - kTailLength)) && tail[0] == '-' &&
         is_compact_utc(tail.substr(1, kTimeLength)) && tail[1 + kTimeLength] == '-' &&
         is_hex(tail.substr(2 + kTimeLength));
}

std::string environment_of(std::string_view backup_id) {
  return std::string(backup_id.substr(0, backup_id.size() - kTailLength));
}

std::string make_operation_id() {
  return "op-" + random_hex(8);
}

bool is_operation_id(std::string_view text) {
  return text.size() == 19 && text.substr(0, 3) == "op-" && is_hex(text.substr(3));
}

}  // namespace core
