// What preflight says of Firestore before a backup and before a restore.

#include <catch2/catch.hpp>

#include "firestore_site.hpp"

using namespace firebase_test;

TEST_CASE("a configured collection without documents is a warning, and the rest is counted") {
  const auto url = emulator();
  if (!url) return;
  FirestoreSite site(*url);
  for (int i = 0; i < 5; ++i) site.write("a/" + std::to_string(i), i);
  site.configure({"a", "misspelt"});
  const auto report = site.preflight_backup();
  REQUIRE(report.findings.size() == 1);
  CHECK_FALSE(report.findings[0].blocking);
  CHECK(report.findings[0].message ==
        "firestore: collection misspelt of database (default) is empty");
  CHECK(report.estimated_bytes == 5000);
}

TEST_CASE("the plan of a restore counts what is there and what comes back") {
  const auto url = emulator();
  if (!url) return;
  FirestoreSite site(*url);
  site.write("a/1", 1);
  site.write("gone/1/below/1", 2);
  const auto archive = site.capture();
  site.remove("gone/1/below/1");
  site.write("a/2", 3);
  site.write("new/1", 4);
  const auto report = site.preflight_restore(archive);
  CHECK(report.findings.empty());
  CHECK(report.plan ==
        std::vector<std::string>{"firestore (default) a: 2 documents now, 1 in the archive",
                                 "firestore (default) new: 1 documents now, 0 in the archive",
                                 "firestore (default) gone: 0 documents now, 1 in the archive"});
}

TEST_CASE("an archive of the whole database is refused where only a collection is configured") {
  const auto url = emulator();
  if (!url) return;
  FirestoreSite site(*url);
  site.write("a/1", 1);
  const auto archive = site.capture();
  site.configure({"a"});
  const auto report = site.preflight_restore(archive);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].blocking);
  CHECK(report.findings[0].code == core::ExitCode::kConfiguration);
}
