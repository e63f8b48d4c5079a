#pragma once
// A tar as a forger would make it: every field free, no check.

#include <cstdio>
#include <string>

#include "archive/manifest.hpp"
#include "archive/tar_block.hpp"
#include "core/sha256.hpp"

namespace sample {

struct RawHeader {
  std::string name;
  std::string size;  // field as it stands, octal; empty: from the bytes
  char type = '0';
  std::string link = "";
};

class RawTar {
 public:
  // Returns the member as an honest manifest would list it.
  archive::Member add(const RawHeader& header, const std::string& bytes) {
    archive::Member member;
    member.name = header.name;
    member.header_offset = text.size();
    text += block(header, bytes.size());
    member.offset = text.size();
    member.stored_size = member.plain_size = bytes.size();
    member.sha256 = core::sha256_hex(bytes);
    text += bytes;
    text.resize(archive::round_up_to_block(text.size()), '\0');
    return member;
  }
  void end() { text.append(archive::kTarEnd, '\0'); }

  std::string text;

 private:
  static std::string block(const RawHeader& header, std::size_t size) {
    std::string block(archive::kTarBlock, '\0');
    char octal[16];
    std::snprintf(octal, sizeof octal, "%011zo", size);
    block.replace(0, header.name.size(), header.name);
    block.replace(100, 7, "0000600");
    block.replace(108, 7, "0000000");
    block.replace(116, 7, "0000000");
    block.replace(124, 11, octal);
    if (!header.size.empty()) block.replace(124, header.size.size(), header.size);
    block.replace(136, 11, "00000000000");
    block[156] = header.type;
    block.replace(157, header.link.size(), header.link);
    block.replace(257, 8, std::string("ustar\00000", 8));
    block.replace(148, 8, 8, ' ');
    unsigned sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    std::snprintf(octal, sizeof octal, "%06o", sum);
    block.replace(148, 7, std::string(octal, 7));
    return block;
  }
};

}  // namespace sample
