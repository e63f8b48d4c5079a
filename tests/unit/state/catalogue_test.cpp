#include "state/catalogue/catalogue.hpp"

#include <catch2/catch.hpp>

#include "state/operations/journal.hpp"
#include "tests/unit/state/fixture.hpp"

using namespace state_test;

TEST_CASE("an archive comes back as it was written, resources in order") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  state::ArchiveRecord record;
  record.backup_id = state::begin_archive(at.file, claim);
  CHECK(state::get_archive(at.file, record.backup_id).status == state::ArchiveStatus::kWriting);
  record.size_bytes = 1'234'567'890'123;
  record.manifest_sha256 = std::string(64, 'f');
  record.resources.push_back({"mysql", std::nullopt, 10, 20, 5, R"({"a":1})", R"({"b":2})"});
  record.resources.push_back({"elasticsearch", "dead since Monday", 0, 0, 0, "{}", ""});
  state::complete_archive(at.file, claim, record);

  const auto found = state::get_archive(at.file, record.backup_id);
  CHECK(found.status == state::ArchiveStatus::kComplete);
  CHECK(found.description == "nightly");
  CHECK(found.requested_by == "anna");
  CHECK(found.size_bytes == 1'234'567'890'123);
  REQUIRE(found.resources.size() == 2);
  CHECK(found.resources[0].rows == 10);
  CHECK(found.resources[0].detail_json == R"({"a":1})");
  CHECK(found.resources[0].summary_json == R"({"b":2})");
  CHECK(found.resources[1].absent == "dead since Monday");
}

TEST_CASE("pins are kept with their reason and taken away again") {
  Fixture at;
  const auto id = at.backup();
  state::pin_archive(at.file, id, "before the migration", "anna");
  CHECK(state::get_archive(at.file, id).pinned == "before the migration");
  state::unpin_archive(at.file, id, "anna");
  CHECK_FALSE(state::get_archive(at.file, id).pinned);
}

TEST_CASE("an archive that is not there can be neither shown nor pinned") {
  Fixture at;
  CHECK(code_of([&] { state::get_archive(at.file, "x"); }) == 10);
  CHECK(code_of([&] { state::pin_archive(at.file, "x", "y", "z"); }) == 10);
}

TEST_CASE("a pruned archive cannot be pinned and is listed only on demand") {
  Fixture at;
  const auto id = at.backup();
  const auto claim = at.begin(backup_request("http://jenkins/b/2/"));
  state::record_pruned(at.file, claim, id);
  CHECK(code_of([&] { state::pin_archive(at.file, id, "too late", "anna"); }) == 18);
  CHECK(state::list_archives(at.file).empty());
  CHECK(state::list_archives(at.file, {true, true}).size() == 1);
  std::size_t visited = 0;
  const auto count = [&](const auto&) { ++visited; };
  const auto names = state::name_archives(at.file, false, count);
  CHECK(visited == 0);
  REQUIRE(names.size() == 1);
  CHECK(names[0].backup_id == id);
  CHECK(names[0].status == state::ArchiveStatus::kPruned);
  state::name_archives(at.file, true, count);
  CHECK(visited == 1);
}

TEST_CASE("damage ends the verification, and the operation knows") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  const auto id = at.snapshot(claim);
  at.verify(claim, id);
  CHECK(state::find_own(at.file, claim.operation_id, "")->snapshot_verified);
  state::record_damage(at.file, claim, id, "member 3 differs");
  CHECK_FALSE(state::find_own(at.file, claim.operation_id, "")->snapshot_verified);
  CHECK(state::get_archive(at.file, id).status == state::ArchiveStatus::kDamaged);
  CHECK_FALSE(state::get_archive(at.file, id).verified_ms);
}

TEST_CASE("the restore journal keeps items and facts until they are cleared") {
  Fixture at;
  const auto claim = at.begin(backup_request());
  for (const char* item : {"b", "a", "a"}) state::add_to_journal(at.file, claim, "mysql", item);
  state::add_to_journal(at.file, claim, "images", "a");
  CHECK(state::is_journalled(at.file, "mysql", "a"));
  CHECK(state::journalled(at.file, "mysql") == std::vector<std::string>{"a", "b"});
  state::clear_journal(at.file, claim, "mysql", {"a"});
  CHECK(state::journalled(at.file, "mysql") == std::vector<std::string>{"b"});
  state::clear_journal(at.file, claim, "mysql", {});
  CHECK(state::journalled(at.file, "mysql").empty());
  CHECK(state::is_journalled(at.file, "images", "a"));
  state::remember_fact(at.file, claim, "mysql", "connections", "1,2");
  state::remember_fact(at.file, claim, "mysql", "connections", "3");
  CHECK(state::recall_fact(at.file, "mysql", "connections") == "3");
  CHECK_FALSE(state::recall_fact(at.file, "mysql", "other"));
}
