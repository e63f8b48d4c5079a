#include "state/state_file.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "state/marker.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;
using state::OpenMode;

namespace {

int open_code(const state::Place& place, OpenMode mode = OpenMode::kCreate) {
  return code_of([&] { const state::StateFile file(place, mode); });
}

void overwrite(const std::string& path, std::streamoff offset, const std::string& bytes) {
  std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(offset);
  stream << bytes;
}

void touch(const std::filesystem::path& path) {
  std::ofstream(path) << "x";
}

}  // namespace

TEST_CASE("a file that never was is not found, and made when an operation begins") {
  Folder folder;
  CHECK(open_code(folder.place(), OpenMode::kExisting) == 10);
  CHECK(open_code(folder.place(), OpenMode::kCreate) == 0);
  CHECK(open_code(folder.place(), OpenMode::kExisting) == 0);
}

TEST_CASE("a state file is for its owner's eyes only") {
  Folder folder;
  REQUIRE(open_code(folder.place()) == 0);
  const auto rights = std::filesystem::status(folder.place().path).permissions();
  CHECK((rights & std::filesystem::perms(077)) == std::filesystem::perms::none);
}

TEST_CASE("a missing file beside archives is no reason for a new one") {
  Folder folder;
  touch(folder.path() / "archives" / "athena-20261123T033000Z-aaaaaa.tar");
  CHECK(open_code(folder.place()) == 17);
  CHECK(open_code(folder.place(), OpenMode::kExisting) == 17);
  CHECK_FALSE(std::filesystem::exists(folder.place().path));
}

TEST_CASE("archives of another environment do not count") {
  Folder folder;
  touch(folder.path() / "archives" / "other-20261123T033000Z-aaaaaa.tar");
  touch(folder.path() / "archives" / "notes.tar");
  CHECK(open_code(folder.place()) == 0);
}

TEST_CASE("a missing file beside its marker is no reason for a new one") {
  Folder folder;
  state::write_marker(folder.place(), {});
  CHECK(open_code(folder.place()) == 17);
}

TEST_CASE("a file put back from an old copy is noticed by its marker") {
  Fixture at;
  at.backup();
  auto marker = state::read_marker(at.file.place()).value();
  marker.epoch += 1;
  state::write_marker(at.file.place(), marker);
  CHECK(open_code(at.folder.place()) == 17);
}

TEST_CASE("garbage, an empty file and a file of something else are refused") {
  Folder folder;
  const auto place = folder.place();
  SECTION("garbage") {
    std::ofstream(place.path) << std::string(8192, 'g');
  }
  SECTION("empty") {
    std::ofstream(place.path).flush();
  }
  SECTION("header of another application") {
    REQUIRE(open_code(place) == 0);
    overwrite(place.path, 68, "abcd");
  }
  SECTION("newer schema") {
    REQUIRE(open_code(place) == 0);
    overwrite(place.path, 60, std::string("\0\0\0\x63", 4));
  }
  const auto size = std::filesystem::file_size(place.path);
  CHECK(open_code(place) == 17);
  CHECK(open_code(place, OpenMode::kExisting) == 17);
  CHECK(std::filesystem::file_size(place.path) == size);
}

TEST_CASE("a damaged page is found by the page check") {
  Folder folder;
  REQUIRE(open_code(folder.place()) == 0);
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder.place().path));
  for (std::streamoff page = 4096; page < size; page += 4096)
    overwrite(folder.place().path, page, std::string(64, '\x5a'));
  const auto open_and_check = [&] {
    const state::StateFile file(folder.place(), OpenMode::kExisting);
    file.check_pages();
  };
  CHECK(code_of(open_and_check) == 17);
}

TEST_CASE("a file of another machine is refused until it is adopted") {
  Folder folder;
  REQUIRE(open_code(folder.place()) == 0);
  auto moved = folder.place();
  moved.machine_id = "there";
  CHECK(open_code(moved) == 19);
  {
    state::StateFile file(moved, OpenMode::kExisting, core::system_clock(), true);
    state::adopt_machine(file);
  }
  CHECK(open_code(moved) == 0);
  CHECK(open_code(folder.place()) == 19);
}

TEST_CASE("a file of another environment is refused") {
  Folder folder;
  REQUIRE(open_code(folder.place()) == 0);
  auto other = folder.place();
  other.environment = "zeus";
  CHECK(open_code(other) == 19);
}

TEST_CASE("a state folder that cannot be written is storage trouble") {
  Folder folder;
  auto place = folder.place();
  place.path = (folder.path() / "missing" / "athena.sqlite").string();
  CHECK(open_code(place) == 16);
}
