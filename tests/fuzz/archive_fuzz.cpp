// A tar that a forger could put into the archive folder: refused with an Error, or all of it is
// readable as its manifest says.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "archive/archive_reader.hpp"
#include "archive/tar_block.hpp"
#include "core/error.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace {

// Without right checksums every mutation would end at the first header.
void mend_checksums(std::string& tar) {
  for (std::size_t at = 0; at + archive::kTarBlock <= tar.size(); at += archive::kTarBlock) {
    if (tar.compare(at + 257, 5, "ustar") != 0) continue;
    tar.replace(at + 148, 8, 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < archive::kTarBlock; ++i)
      sum += static_cast<unsigned char>(tar[at + i]);
    tar.replace(at + 148, 6, fmt::format("{:06o}", sum));
    tar[at + 154] = '\0';
  }
}

const std::string& path() {
  static const std::string path = [] {
    const auto folder = std::filesystem::temp_directory_path() / fmt::format("fuzz-{}", getpid());
    std::filesystem::create_directories(folder);
    return (folder / "golden-20260101T000000Z-000001.tar").string();
  }();
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string tar(reinterpret_cast<const char*>(data), size);
  mend_checksums(tar);
  FILE* file = std::fopen(path().c_str(), "w");
  if (file == nullptr || std::fwrite(tar.data(), 1, tar.size(), file) != tar.size()) std::abort();
  std::fclose(file);
  try {
    const archive::ArchiveReader reader(path());
    support::MemoryContext ports;
    archive::verify(reader, ports.context);
    for (const auto& member : reader.manifest().members)
      if (reader.read(member).size() != member.plain_size) std::abort();
  } catch (const core::Error&) {  // refused
  }
  return 0;
}
