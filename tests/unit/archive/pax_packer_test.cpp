#include "archive/pax_packer.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/subprocess.hpp"

namespace {

archive::PaxEntry file(const std::string& path) {
  archive::PaxEntry entry;
  entry.path = path;
  entry.mode = 0644;
  entry.mtime_seconds = 1700000000;
  entry.mtime_nanoseconds = 123456789;
  return entry;
}

std::vector<std::pair<std::string, std::string>> unpack(std::string_view tar) {
  std::vector<std::pair<std::string, std::string>> files;
  archive::unpack_pax(tar, "pack", [&](std::string_view path, std::string_view content) {
    files.emplace_back(path, content);
  });
  return files;
}

}  // namespace

TEST_CASE("packed files come back byte by byte, whatever their names") {
  const std::vector<std::pair<std::string, std::string>> files{
      {"plain.txt", "hello"},
      {"empty", ""},
      {"new\nline 'quoted' \"twice\"", std::string("\0\xff\n", 3)},
      {"invalid-\xff\xfe-utf8", "x"},
      {"ünïcode/日本", std::string(100000, 'y')},
      {std::string(250, 'n') + "/" + std::string(250, 'm'), "long"}};
  archive::PaxPacker packer;
  for (const auto& [path, content] : files) packer.add(file(path), content);
  CHECK(unpack(packer.finish()) == files);
}

TEST_CASE("content that is put into the packer's room comes back, whatever the header's length") {
  std::vector<std::pair<std::string, std::string>> files{
      {"plain.txt", "hello"},
      {std::string(250, 'n') + "/" + std::string(250, 'm'), std::string(70000, 'l')},
      {"empty", ""},
      {"last", std::string(511, 'z')}};
  archive::PaxPacker packer;
  for (const auto& [path, content] : files) {
    packer.room(900'000)[0] = 'x';  // given up: the file changed while it was read
    char* const room = packer.room(content.size());
    std::copy(content.begin(), content.end(), room);
    packer.add(file(path), {room, content.size()});
  }
  CHECK(unpack(packer.finish()) == files);
}

TEST_CASE("a pack is a tar that tar itself lists") {
  archive::PaxPacker packer;
  packer.add(file("a/one"), "1");
  archive::PaxEntry link = file("a/two");
  link.type = archive::PaxType::kSymbolicLink;
  link.target = "one";
  packer.add(link, "");
  core::Command tar;
  tar.argv = {"tar", "tvf", "-"};
  tar.environment = {{"LC_ALL", "C"}, {"TZ", "UTC"}};
  tar.input = std::string(packer.finish());
  const auto listed = core::run_checked(tar, core::CancelToken{}, core::ExitCode::kInternal);
  CHECK(listed.output.find("2023-11-14 22:13 a/one") != std::string::npos);
  CHECK(listed.output.find("a/two -> one") != std::string::npos);
}

TEST_CASE("only regular files come out of a pack") {
  archive::PaxPacker packer;
  for (const auto type : {archive::PaxType::kFolder, archive::PaxType::kFifo,
                          archive::PaxType::kSymbolicLink, archive::PaxType::kHardLink}) {
    archive::PaxEntry entry = file("other");
    entry.type = type;
    entry.target = "/etc/passwd";
    packer.add(entry, "");
  }
  packer.add(file("one"), "1");
  CHECK(unpack(packer.finish()).size() == 1);
}

TEST_CASE("a pack that is cut short or no tar at all is refused") {
  archive::PaxPacker packer;
  packer.add(file("one"), std::string(5000, 'x'));
  const std::string tar(packer.finish());
  CHECK_THROWS_AS(unpack(tar.substr(0, 3000)), core::Error);
  CHECK_THROWS_AS(unpack(std::string(4096, 'z')), core::Error);
}
