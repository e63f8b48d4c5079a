#include "lifecycle/archive_folder.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/unit/state/fixture.hpp"

using namespace state_test;

namespace {

constexpr const char* kOne = "athena-20261123T033000Z-aaaaaa";
constexpr const char* kTwo = "athena-20261123T033000Z-bbbbbb";
constexpr const char* kOther = "zeus-20261123T033000Z-cccccc";

struct Files {
  Folder folder;
  std::string path = (folder.path() / "archives").string();

  void put(const std::string& name) const { std::ofstream(path + "/" + name) << "x"; }
  bool has(const std::string& name) const { return std::filesystem::exists(path + "/" + name); }
};

}  // namespace

TEST_CASE("only this environment's archives are seen") {
  Files at;
  at.put(std::string(kOne) + ".tar");
  at.put(std::string(kOther) + ".tar");
  at.put("athena.tar");
  at.put(std::string(kTwo) + ".json");
  CHECK(lifecycle::look_into(at.path, "athena").archives == std::vector<std::string>{kOne});
  CHECK(lifecycle::look_into(at.path + "/missing", "athena").archives.empty());
}

TEST_CASE("unfinished files of this environment go, all others stay") {
  Files at;
  for (const char* tail : {".tar.tmp-0a1b2c", ".json.tmp-0a1b2c"}) {
    at.put(std::string(kOne) + tail);
    at.put(std::string(kOther) + tail);
  }
  at.put(std::string(kOne) + ".tar");
  at.put("notes.tmp-0a1b2c");
  at.put(std::string(kOne) + ".tar.tmp-mine00");
  CHECK(lifecycle::remove_temporary(at.path, "athena").size() == 2);
  CHECK_FALSE(at.has(std::string(kOne) + ".tar.tmp-0a1b2c"));
  CHECK(at.has(std::string(kOne) + ".tar"));
  CHECK(at.has(std::string(kOther) + ".tar.tmp-0a1b2c"));
  CHECK(at.has("notes.tmp-0a1b2c"));
  CHECK(at.has(std::string(kOne) + ".tar.tmp-mine00"));
}

TEST_CASE("what a crash left beside a file that is replaced at once goes, and nothing else") {
  Files at;
  for (const char* name : {"flag", "flag.tmp-0a1b2c", "flag.tmp-ffffff", "other.tmp-0a1b2c",
                           "flag.tmp-mine00", "flag.tmp-0a1b2c3"})
    at.put(name);
  CHECK(lifecycle::remove_temporary_beside(at.path + "/flag").size() == 2);
  CHECK(at.has("flag"));
  for (const char* others : {"other.tmp-0a1b2c", "flag.tmp-mine00", "flag.tmp-0a1b2c3"})
    CHECK(at.has(others));
  CHECK(lifecycle::remove_temporary_beside(at.path + "/missing/flag").empty());
}

TEST_CASE("a file without a row is an orphan, one of a pruned row was left over") {
  Files at;
  at.put(std::string(kOne) + ".tar");
  at.put(std::string(kTwo) + ".tar");
  const auto folder = lifecycle::look_into(at.path, "athena");
  const auto strays = lifecycle::find_strays(folder, {{kTwo, state::ArchiveStatus::kPruned}});
  CHECK(strays.orphans == std::vector<std::string>{kOne});
  CHECK(strays.left_over == std::vector<std::string>{kTwo});
  const auto none = lifecycle::find_strays(
      folder, {{kOne, state::ArchiveStatus::kComplete}, {kTwo, state::ArchiveStatus::kDamaged}});
  CHECK(none.orphans.empty());
  CHECK(none.left_over.empty());
}

TEST_CASE("a file that comes back after its row was pruned as missing is never deleted") {
  Files at;
  at.put(std::string(kTwo) + ".tar");
  const auto folder = lifecycle::look_into(at.path, "athena");
  const auto strays = lifecycle::find_strays(folder, {{kTwo, state::ArchiveStatus::kPruned, true}});
  CHECK(strays.orphans == std::vector<std::string>{kTwo});
  CHECK(strays.left_over.empty());
}

TEST_CASE("an archive goes with its copy of the manifest, and twice is no harm") {
  Files at;
  at.put(std::string(kOne) + ".tar");
  at.put(std::string(kOne) + ".json");
  lifecycle::unlink_archive(at.path, kOne);
  lifecycle::unlink_archive(at.path, kOne);
  CHECK_FALSE(at.has(std::string(kOne) + ".tar"));
  CHECK_FALSE(at.has(std::string(kOne) + ".json"));
}
