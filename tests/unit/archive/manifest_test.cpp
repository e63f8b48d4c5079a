#include "archive/manifest.hpp"

#include <catch2/catch.hpp>

#include "archive/archive_reader.hpp"
#include "core/error.hpp"
#include "tests/unit/archive/sample.hpp"

using archive::manifest_from_json;
using Catch::Matchers::Contains;

namespace {

json::Value sample_document() {
  const sample::Folder folder;
  return archive::to_json(archive::ArchiveReader(sample::write(folder.path()).path).manifest());
}

}  // namespace

TEST_CASE("a manifest comes back from JSON as it was") {
  const json::Value document = sample_document();
  CHECK(archive::to_json(manifest_from_json(document)) == document);
}

TEST_CASE("unknown keys are ignored, so that a newer minor version stays readable") {
  json::Value document = sample_document();
  document.set("format_version", "1.7");
  document.set("weather", "rain");
  document.find("members")->as_array()[1].set("colour", "blue");
  CHECK(manifest_from_json(document).format_minor == 7);
}

TEST_CASE("a higher major version asks for a newer reader") {
  json::Value document = sample_document();
  document.set("format_version", "2.0");
  try {
    manifest_from_json(document);
    FAIL("read");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ExitCode::kConfiguration);
  }
}

TEST_CASE("missing keys and wrong types are refused with their place") {
  json::Value document = sample_document();
  document.find("members")->as_array()[1].erase("offset");
  CHECK_THROWS_WITH(manifest_from_json(document), Contains("members[1]") && Contains("offset"));
  document = sample_document();
  document.find("members")->as_array()[2].set("rows", "many");
  CHECK_THROWS_WITH(manifest_from_json(document), Contains("members[2]"));
  for (const char* key : {"backup_id", "environment", "kind", "resources", "members",
                          "format_version", "created_at", "tool_version"}) {
    CAPTURE(key);
    document = sample_document();
    document.erase(key);
    CHECK_THROWS_AS(manifest_from_json(document), core::Error);
    document.set(key, 7);
    CHECK_THROWS_AS(manifest_from_json(document), core::Error);
  }
  for (const char* text : {"", "1", "1.", ".1", "1.x", "-1.0", "0.9", "99999999999999.0"}) {
    CAPTURE(text);
    document.set("format_version", text);
    CHECK_THROWS_AS(manifest_from_json(document), core::Error);
  }
}

TEST_CASE("member names keep only what no path, shell or URL could read otherwise") {
  CHECK(archive::encode_name("Trial_1.a-b") == "Trial_1.a-b");
  CHECK(archive::encode_name("a b/c%\xc3\xa4") == "a%20b%2Fc%25%C3%A4");
  CHECK(archive::encode_name("..") == "%2E%2E");
  CHECK(archive::encode_name(".") == "%2E");
  CHECK(archive::encode_name(std::string("\0", 1)) == "%00");
}
