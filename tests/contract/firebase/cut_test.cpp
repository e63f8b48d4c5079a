// What shows only between the moments of a capture, or needs more than the resource's own section.

#include <catch2/catch.hpp>

#include "firestore_site.hpp"

using namespace firebase_test;

TEST_CASE("what is written after the cut was opened is not in the archive") {
  const auto url = emulator();
  if (!url) return;
  FirestoreSite site(*url);
  site.write("a/1", 1);
  site.write("a/2", 2);
  const auto archive = site.capture([&] {
    site.write("a/1", 10);
    site.remove("a/2");
    site.write("a/3", 3);
    site.write("b/1", 4);
  });
  CHECK(site.destroy(archive) == std::vector<std::string>{"firestore (default) b: 1 documents"});
  CHECK(site.documents() == "a/1=10 a/3=3 b/1=4");  // nothing goes before its replacement is there
  site.restore(archive);
  CHECK(site.documents() == "a/1=1 a/2=2");
  CHECK(site.prove(archive).empty());
}

TEST_CASE("the published view is never archived, destroyed or restored") {
  const auto url = emulator();
  if (!url) return;
  FirestoreSite site(*url);
  site.publish_at("backups/athena");
  site.write("a/1", 1);
  site.write("backups/athena", 2);
  site.write("backups/athena/archives/1", 3);
  site.write("backups/athena2", 4);
  const auto archive = site.capture();
  CHECK(archive.manifest().members.size() == 3);  // format.json, a, backups
  site.write("backups/athena", 20);
  site.write("backups/athena/archives/2", 30);
  CHECK(site.prove(archive).empty());
  CHECK(site.destroy(archive).empty());
  const std::string view =
      "backups/athena=20 backups/athena/archives/1=3 backups/athena/archives/2=30";
  CHECK(site.documents() == "a/1=1 " + view + " backups/athena2=4");
  site.restore(archive);
  CHECK(site.documents() == "a/1=1 " + view + " backups/athena2=4");
  CHECK(site.prove(archive).empty());
}

TEST_CASE("an archive from before the view was published there does not bring that place back") {
  const auto url = emulator();
  if (!url) return;
  FirestoreSite site(*url);
  site.write("a/1", 1);
  site.write("backups/athena", 2);
  const auto archive = site.capture();
  site.publish_at("backups/athena");
  site.write("backups/athena", 20);
  site.destroy(archive);
  site.restore(archive);
  CHECK(site.documents() == "a/1=1 backups/athena=20");
  CHECK(site.prove(archive).empty());
  site.write("a/1", 5);
  CHECK_FALSE(site.prove(archive).empty());
}
