#include "archive/pax_header.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "archive/frame.hpp"
#include "archive/tar_block.hpp"
#include "core/unique_fd.hpp"

namespace archive {

namespace {

constexpr std::uint64_t kMaxHeader = 64 << 10;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumSize = 8;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMagicAt = 257;
constexpr std::string_view kMagic{"ustar\00000", 8};

std::string bytes_at(int fd, std::uint64_t offset, std::uint64_t count, const std::string& name) {
  std::string bytes(count, '\0');
  core::pread_exactly(fd, bytes.data(), count, static_cast<off_t>(offset), name);
  return bytes;
}

bool is_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// The checksum as our writer writes it, digit by digit: other spellings of the same number count as
// damage too, so that no changed bit goes unseen.
bool is_block_of(std::string_view block, char type) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    const bool in_checksum = i >= kChecksumAt && i < kChecksumAt + kChecksumSize;
    sum += in_checksum ? static_cast<unsigned char>(' ') : static_cast<unsigned char>(block[i]);
  }
  std::string checksum = fmt::format("{:06o}", sum);
  checksum.append("\0 ", 2);
  return block[kTypeAt] == type && block.substr(kMagicAt, kMagic.size()) == kMagic &&
         block.substr(kChecksumAt, kChecksumSize) == checksum;
}

// "27 path=<name>\n": the length counts itself.
std::string path_record(const std::string& name) {
  const std::size_t rest = name.size() + sizeof(" path=\n") - 1;
  std::size_t length = rest + 1;
  while (fmt::format("{}", length).size() + rest != length) ++length;
  return fmt::format("{} path={}\n", length, name);
}

bool is_pax_of(std::string_view pax, const std::string& name) {
  const std::string record = path_record(name);
  return is_block_of(pax.substr(0, kTarBlock), 'x') &&
         pax.substr(kTarBlock, record.size()) == record &&
         is_zero(pax.substr(std::min<std::size_t>(pax.size(), kTarBlock + record.size())));
}

}  // namespace

void check_header(int fd, const HeaderPlace& place) {
  const std::uint64_t size = place.offset - place.header_offset;
  if (size != kTarBlock && (size < 3 * kTarBlock || size > kMaxHeader))
    refuse_member(place.name, "has an unknown kind of header");
  const std::string bytes = bytes_at(fd, place.header_offset, size, place.name);
  const std::string_view header(bytes);
  const bool pax = size > kTarBlock;
  if (!is_block_of(header.substr(size - kTarBlock), '0') ||
      (pax && !is_pax_of(header.substr(0, size - kTarBlock), place.name)))
    refuse_member(place.name, "has a damaged header");
}

void check_padding(int fd, std::uint64_t begin, std::uint64_t end, const std::string& name) {
  if (!is_zero(bytes_at(fd, begin, end - begin, name)))
    refuse_member(name, "is followed by damaged padding");
}

}  // namespace archive
