#include "resources/elasticsearch/scratch_names.hpp"

#include <fmt/format.h>

#include "core/sha256.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::string_view kPrefix = "environment-backup-";
constexpr std::string_view kGuard = "environment-backup-no-auto-create-";
constexpr std::string_view kMaker = "environment-backup-restore";
constexpr std::string_view kOrigin = "environment-backup-from-";
constexpr std::size_t kLongest = 255;
constexpr std::size_t kEnvironmentDigits = 8;
constexpr std::size_t kNameDigits = 16;

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

// Never inside a character.
std::string cut(std::string text, std::size_t bytes) {
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string hex(const std::string& digits) {
  std::string text;
  for (const char c : digits) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return bytes;
}

}  // namespace

ScratchNames::ScratchNames(const std::string& environment)
    : m_environment(core::sha256_hex(environment).substr(0, kEnvironmentDigits)) {}

std::string ScratchNames::prefix(const char* kind) const {
  return fmt::format("{}{}-{}-", kPrefix, kind, m_environment);
}

std::string ScratchNames::name(const char* kind, const std::string& index) const {
  const auto whole = prefix(kind) + index;
  if (whole.size() <= kLongest) return whole;
  return cut(whole, kLongest - kNameDigits - 1) + "-" +
         core::sha256_hex(index).substr(0, kNameDigits);
}

bool ScratchNames::has(const std::string& name, const char* kind) const {
  return begins(name, prefix(kind));
}

std::string ScratchNames::guard_template() const {
  return fmt::format("{}{}", kGuard, m_environment);
}

std::string ScratchNames::maker_template() const {
  return fmt::format("{}-{}", kMaker, m_environment);
}

bool is_scratch_template(std::string_view name) {
  return begins(name, kGuard) || begins(name, kMaker);
}

bool is_scratch(std::string_view name) {
  for (const std::string_view kind : {"staged-", "aside-", "rehearsed-"}) {
    const auto prefix = fmt::format("{}{}", kPrefix, kind);
    if (begins(name, prefix) && name.size() > prefix.size() + kEnvironmentDigits &&
        name[prefix.size() + kEnvironmentDigits] == '-')
      return true;
  }
  return false;
}

// A uuid has capitals, which a name may have as an alias; in hex it is a name on every version.
std::string origin_alias(const std::string& source_uuid) {
  return std::string(kOrigin) + hex(source_uuid);
}

std::string origin_of(const std::string& alias) {
  return begins(alias, kOrigin) ? unhex(std::string_view(alias).substr(kOrigin.size())) : "";
}

}  // namespace resources::elasticsearch
