// The sample of format 1.0 under tests/golden: archives that users hold must stay readable.

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "archive/archive_reader.hpp"
#include "archive/archive_writer.hpp"
#include "archive/sidecar.hpp"
#include "core/atomic_file.hpp"
#include "core/unique_fd.hpp"
#include "tests/unit/archive/sample.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace {

const std::string kGolden = SOURCE_FOLDER "/tests/golden/format-1.0";
const std::string kGoldenId = "golden-20260101T000000Z-000001";

std::string listing(const archive::ArchiveReader& reader) {
  std::string text;
  for (const auto& resource : reader.manifest().resources)
    text += fmt::format("resource {} rows={} plain={} {}\n", resource.name, resource.rows,
                        resource.plain_size, resource.absent.value_or("present"));
  for (const auto& member : reader.manifest().members)
    text += fmt::format("member {} of '{}' rows={} plain={} codec={}\n", member.name,
                        member.resource, member.rows.value_or(0), member.plain_size,
                        member.codec.empty() ? "plain" : member.codec.front());
  return text;
}

std::string tar_list(const std::string& path) {
  FILE* pipe = popen(("tar tf " + path).c_str(), "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  return text;
}

}  // namespace

TEST_CASE("the golden archive of format 1.0 opens, verifies and lists as it always did") {
  const std::string path = kGolden + "/" + kGoldenId + ".tar";
  const auto copy = archive::read_sidecar(kGolden, kGoldenId);
  const archive::ArchiveReader reader(path, copy.manifest_sha256);
  support::MemoryContext ports;
  archive::verify(reader, ports.context);
  CHECK(listing(reader) == core::read_file(kGolden + "/listing.txt"));
  std::string names;
  for (const auto& member : reader.manifest().members) names += member.name + "\n";
  CHECK(tar_list(path) == names + "manifest.json\n");
  CHECK(copy.size_bytes == reader.size_bytes());
  CHECK(reader.manifest().format_minor == 0);
}

TEST_CASE("the golden archive's rows come back byte by byte") {
  const archive::ArchiveReader reader(kGolden + "/" + kGoldenId + ".tar");
  for (const auto* member : reader.manifest().members_of("mysql"))
    if (member->rows) CHECK(reader.read(*member) == sample::rows(static_cast<int>(*member->rows)));
}

// Run by hand, once per format version: GOLDEN=<folder> unit_archive_test '[make-golden]'.
TEST_CASE("a golden archive is written", "[.][make-golden]") {
  const char* folder = std::getenv("GOLDEN");
  REQUIRE(folder != nullptr);
  archive::ArchiveWriter writer(folder, kGoldenId);
  writer.put({"environment.json", "", {}, {}}, archive::encode_plain("{\"name\": \"golden\"}\n"));
  for (const std::string name :
       {"config_local", "deployment", "images", "mysql", "elasticsearch", "firebase"}) {
    json::Value meta;
    meta.set("part", name);
    writer.put({name + "/about.txt", name, {}, {}}, archive::encode_plain(name + "\n"));
    writer.put(
        {name + "/" + archive::encode_name("caf\xc3\xa9 & co") + "/000001.zst", name, 40, meta},
        archive::encode_zstd(sample::rows(40)));
  }
  writer.put({"mysql/" + std::string(130, 'n') + "/000001.zst", "mysql", 7, {}},
             archive::encode_zstd(sample::rows(7)));
  archive::Manifest manifest = sample::manifest();
  manifest.resources = {{"mysql", {}, 0, 0, 0, json::parse("{\"server\": \"8.0.15\"}", "detail")},
                        {"absent_one", "it was down", 0, 0, 0, {}}};
  const archive::ArchiveReader reader(writer.finish(manifest).path);
  core::write_file_atomically(std::string(folder) + "/listing.txt", listing(reader), 0644);
}
