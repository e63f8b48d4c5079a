#include "archive/archive_reader.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "archive/format_version.hpp"
#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "tests/unit/archive/raw_tar.hpp"
#include "tests/unit/archive/sample.hpp"

using archive::ArchiveReader;
using archive::Manifest;
using Catch::Matchers::Contains;
using core::ExitCode;
using sample::Folder;
using sample::RawTar;

namespace {

ExitCode code_of(const std::string& path) {
  try {
    const ArchiveReader reader(path);
  } catch (const core::Error& error) {
    return error.code();
  }
  return ExitCode::kOk;
}

// An archive whose one data member is as `data` says and whose manifest `lie` has changed.
std::string forged(
    const Folder& folder, const sample::RawHeader& data,
    const std::function<void(Manifest&)>& lie = [](Manifest&) {},
    const std::function<void(RawTar&)>& extra = [](RawTar&) {}) {
  Manifest manifest = sample::manifest();
  manifest.backup_id = sample::kId;
  manifest.environment = "athena-test";
  manifest.kind = "backup";
  manifest.resources.clear();
  RawTar tar;
  manifest.members.push_back(tar.add({"format.json", ""}, archive::format_document()));
  manifest.members.push_back(tar.add(data, "bytes"));
  extra(tar);
  lie(manifest);
  tar.add({"manifest.json", ""}, json::dump(archive::to_json(manifest)));
  tar.end();
  core::write_file_atomically(folder.tar(), tar.text);
  return folder.tar();
}

}  // namespace

TEST_CASE("an honest hand-made archive is read, so what follows is refused for its lie") {
  const Folder folder;
  const ArchiveReader reader(forged(folder, {"a", ""}));
  CHECK(reader.read(reader.manifest().members[1]) == "bytes");
}

TEST_CASE("names that leave the folder are refused") {
  for (const char* name : {"/etc/passwd", "../a", "a/../../b", "a/..", ".", "./a", "a//b", "a\\b c",
                           "\xff\xfe", "a/", "~/a b"}) {
    const Folder folder;
    CAPTURE(name);
    CHECK(code_of(forged(folder, {name, ""})) == ExitCode::kIntegrity);
  }
}

TEST_CASE("links, devices, folders, pipes and sparse files are refused") {
  for (const char type : {'1', '2', '3', '4', '5', '6', 'S', 'D'}) {
    const Folder folder;
    CAPTURE(type);
    CHECK(code_of(forged(folder, {"a", "", type, "/etc/passwd"})) == ExitCode::kIntegrity);
  }
}

TEST_CASE("impossible sizes in a header are refused") {
  const std::string huge("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12);
  const std::string over("\x80\0\0\0\x80\0\0\0\0\0\0\0", 12);
  const std::string negative(12, '\xff');
  for (const std::string& size :
       {std::string("77777777777"), std::string("00000000006"), std::string("00000000000"),
        std::string("00000001005"), huge, over, negative}) {
    const Folder folder;
    CHECK(code_of(forged(folder, {"a", size})) == ExitCode::kIntegrity);
  }
}

TEST_CASE("a manifest that lies about a member is refused") {
  const std::vector<std::function<void(Manifest&)>> lies{
      [](Manifest& m) { m.members[1].header_offset += 512; },
      [](Manifest& m) { m.members[1].offset += 512; },
      [](Manifest& m) { m.members[1].offset -= 512; },
      [](Manifest& m) { m.members[1].stored_size -= 1; },
      [](Manifest& m) { m.members[1].stored_size = m.members[1].plain_size = 6; },
      [](Manifest& m) { m.members[1].stored_size = ~std::uint64_t{0}; },
      [](Manifest& m) { m.members[1].stored_size = std::uint64_t{1} << 63; },
      [](Manifest& m) { m.members[1].offset = ~std::uint64_t{0} - 511; },
      [](Manifest& m) { m.members[1].plain_size = std::uint64_t{1} << 62; },
      [](Manifest& m) { m.members[1].name = "b"; },
      [](Manifest& m) { m.members[1].name = "../a"; },
      [](Manifest& m) { m.members[1].name = "format.json"; },
      [](Manifest& m) { m.members[1].sha256 = "none"; },
      [](Manifest& m) { m.members[1].resource = "mysql"; },
      [](Manifest& m) { m.members.pop_back(); },
      [](Manifest& m) { m.members.clear(); },
      [](Manifest& m) { m.members.push_back(m.members[1]); },
      [](Manifest& m) { std::swap(m.members[0], m.members[1]); },
      [](Manifest& m) {
        m.resources = {{"mysql", {}, 5, 5, 0, {}}};
      },
      [](Manifest& m) { m.backup_id = "athena-test-20261123T043000Z-ffffff"; },
      [](Manifest& m) { m.backup_id = "../../etc/passwd"; },
      [](Manifest& m) { m.environment = "athena-production"; },
      [](Manifest& m) { m.kind = "other"; }};
  for (std::size_t i = 0; i < lies.size(); ++i) {
    const Folder folder;
    CAPTURE(i);
    CHECK(code_of(forged(folder, {"a", ""}, lies[i])) == ExitCode::kIntegrity);
  }
}

TEST_CASE("a member that the manifest does not know is refused") {
  const Folder folder;
  const auto extra = [](RawTar& tar) { tar.add({"b", ""}, "more"); };
  CHECK(code_of(forged(
            folder, {"a", ""}, [](Manifest&) {}, extra)) == ExitCode::kIntegrity);
}

TEST_CASE("two members of one name are refused") {
  const Folder folder;
  const auto extra = [](RawTar& tar) { tar.add({"a", ""}, "again"); };
  CHECK(code_of(forged(
            folder, {"a", ""}, [](Manifest&) {}, extra)) == ExitCode::kIntegrity);
}

TEST_CASE("blocks between members and an early end mark are refused") {
  for (const std::size_t blocks : {1U, 2U, 3U}) {
    const Folder folder;
    const auto gap = [blocks](RawTar& tar) { tar.text.append(blocks * 512, '\0'); };
    CHECK(code_of(forged(
              folder, {"a", ""}, [](Manifest&) {}, gap)) == ExitCode::kIntegrity);
  }
}

TEST_CASE("an archive cut short at any byte is refused") {
  const Folder folder;
  const std::string whole = core::read_file(sample::write(folder.path()).path);
  const Folder other;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::FILE* file = std::fopen(other.tar().c_str(), "w");
    std::fwrite(whole.data(), 1, size, file);
    std::fclose(file);
    if (code_of(other.tar()) != ExitCode::kIntegrity) FAIL("accepted " << size << " bytes");
  }
  SUCCEED();
}

TEST_CASE("anything behind the end of the archive is refused") {
  const Folder folder;
  const std::string path = sample::write(folder.path()).path;
  const std::string whole = core::read_file(path);
  for (const std::string& tail :
       {std::string(1, '\0'), std::string(512, '\0'), std::string("x"), whole}) {
    core::write_file_atomically(path, whole + tail);
    CHECK(code_of(path) == ExitCode::kIntegrity);
  }
}

TEST_CASE("an archive under another name is refused") {
  const Folder folder;
  const std::string path = sample::write(folder.path()).path;
  const std::string other = folder.tar("athena-test-20261123T043000Z-ffffff");
  std::filesystem::rename(path, other);
  CHECK_THROWS_WITH(ArchiveReader(other), Contains("under another name"));
}

TEST_CASE("a manifest other than the recorded one is refused") {
  const Folder folder;
  const auto done = sample::write(folder.path());
  CHECK_NOTHROW(ArchiveReader(done.path, done.manifest_sha256));
  CHECK_THROWS_WITH(ArchiveReader(done.path, std::string(64, '0')), Contains("recorded"));
}

TEST_CASE("a missing archive is not found, and a folder or a gzip file is no archive") {
  const Folder folder;
  CHECK(code_of(folder.tar()) == ExitCode::kNotFound);
  std::filesystem::create_directory(folder.tar());
  CHECK(code_of(folder.tar()) == ExitCode::kIntegrity);
  std::filesystem::remove(folder.tar());
  core::write_file_atomically(folder.tar(), "\x1f\x8b\x08 not a tar at all");
  CHECK(code_of(folder.tar()) == ExitCode::kIntegrity);
}

TEST_CASE("a newer major version is refused before anything else is looked at") {
  const Folder folder;
  for (const std::string& version : {std::string("2.0"), std::string("1.9")}) {
    RawTar tar;
    tar.add({"format.json", ""}, R"({"weather":"rain","format_version":")" + version + "\"}");
    tar.add({"in", "", '2', "a way that only version 2 knows"}, "");
    tar.end();
    core::write_file_atomically(folder.tar(), tar.text);
    CHECK(code_of(folder.tar()) ==
          (version == "2.0" ? ExitCode::kConfiguration : ExitCode::kIntegrity));
  }
}

TEST_CASE("a damaged chunk is refused when it is read") {
  const Folder folder;
  const std::string path = sample::write(folder.path()).path;
  const archive::Member member = ArchiveReader(path).manifest().members[2];
  std::string bytes = core::read_file(path);
  bytes[member.offset + 10] = static_cast<char>(bytes[member.offset + 10] ^ 0x40);
  core::write_file_atomically(path, bytes);
  const ArchiveReader reader(path);
  CHECK_THROWS_WITH(reader.read(member), Contains(member.name));
  CHECK_NOTHROW(reader.read(reader.manifest().members[3]));
}
