#pragma once
// The bytes of an archive that no SHA-256 covers: headers and padding. They can say nothing but
// what the manifest says; anything else is damage, or a forgery that libarchive reads kindly.

#include <cstdint>
#include <string>

namespace archive {

struct HeaderPlace {
  std::string name;  // of the member
  std::uint64_t header_offset = 0;
  std::uint64_t offset = 0;  // of the bytes
};

// Throws Error(kIntegrity) unless the header is a regular file's with an exact checksum, preceded
// by nothing but a pax header that holds nothing but the name.
void check_header(int fd, const HeaderPlace& place);

// Throws Error(kIntegrity) when a byte from `begin` to `end` is not zero.
void check_padding(int fd, std::uint64_t begin, std::uint64_t end, const std::string& name);

}  // namespace archive
