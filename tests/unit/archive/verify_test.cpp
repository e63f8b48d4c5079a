#include <catch2/catch.hpp>

#include "archive/archive_reader.hpp"
#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/sha256.hpp"
#include "tests/unit/archive/sample.hpp"
#include "tests/unit/support/memory_context.hpp"

using archive::ArchiveReader;
using Catch::Matchers::Contains;
using sample::Folder;

namespace {

bool is_refused(const std::string& path, const std::string& anchor) {
  try {
    support::MemoryContext ports;
    archive::verify(ArchiveReader(path, anchor), ports.context);
  } catch (const core::Error&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a whole archive verifies and every byte of its members is counted") {
  const Folder folder;
  const ArchiveReader reader(sample::write(folder.path()).path);
  support::MemoryContext ports;
  archive::verify(reader, ports.context);
  CHECK(ports.progress.expected["verify"] == reader.size_bytes());
  CHECK(ports.progress.advanced["verify"] > 2000);
  CHECK(ports.progress.advanced["verify"] < reader.size_bytes());
  CHECK(ports.memory.used() == 0);
}

TEST_CASE("a changed bit anywhere in an archive is found") {
  const Folder folder;
  const auto done = sample::write(folder.path());
  const std::string whole = core::read_file(done.path);
  const Folder other;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    std::FILE* file = std::fopen(other.tar().c_str(), "w");
    std::fwrite(damaged.data(), 1, damaged.size(), file);
    std::fclose(file);
    if (!is_refused(other.tar(), done.manifest_sha256)) FAIL("not found at byte " << i);
  }
  SUCCEED();
}

TEST_CASE("every damaged member is named with what it holds, up to twenty") {
  const Folder folder;
  archive::ArchiveWriter writer(folder.path(), sample::kId);
  for (int i = 0; i < 30; ++i)
    writer.put({"mysql/t/" + std::to_string(i), "mysql", 7, {}}, archive::encode_zstd("rows"));
  const std::string path = writer.finish({}).path;
  std::string bytes = core::read_file(path);
  const archive::Manifest manifest = ArchiveReader(path).manifest();
  for (const auto& member : manifest.members)
    if (member.resource == "mysql") bytes[member.offset + 9] ^= 1;
  core::write_file_atomically(path, bytes);
  support::MemoryContext ports;
  const ArchiveReader reader(path);
  CHECK_THROWS_WITH(archive::verify(reader, ports.context),
                    Contains("of 210 in the archive's order)") && Contains("and 10 more"));
}

TEST_CASE("verify decodes: a frame that lies is found even when every SHA-256 fits") {
  const Folder folder;
  archive::ArchiveWriter writer(folder.path(), sample::kId);
  auto good = archive::encode_zstd(sample::rows(2000));
  auto cut = good;
  cut.stored.resize(cut.stored.size() - 20);
  auto twice = good;
  twice.stored += good.stored;
  auto less = good;
  less.plain_size -= 1;
  auto text = archive::encode_plain("no frame at all");
  text.codec = {"zstd"};
  int number = 0;
  for (auto chunk : {cut, twice, less, text}) {
    chunk.sha256 = core::sha256_hex(chunk.stored);
    writer.put({"bad/" + std::to_string(number++), "mysql", {}, {}}, chunk);
  }
  writer.put({"good", "mysql", {}, {}}, good);
  const ArchiveReader reader(writer.finish({}).path);
  support::MemoryContext ports;
  CHECK_THROWS_WITH(archive::verify(reader, ports.context),
                    Contains("bad/0") && Contains("bad/1") && Contains("bad/2") &&
                        Contains("bad/3") && !Contains("good"));
}

TEST_CASE("a cancelled verify ends") {
  const Folder folder;
  const ArchiveReader reader(sample::write(folder.path()).path);
  support::MemoryContext ports;
  ports.cancel.cancel(15);
  CHECK_THROWS_AS(archive::verify(reader, ports.context), core::Cancelled);
}
