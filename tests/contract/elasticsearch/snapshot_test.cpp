// Method snapshot: the server's own files inside the archive.

#include <catch2/catch.hpp>

#include <filesystem>
#include <random>

#include "core/error.hpp"
#include "tests/contract/elasticsearch/search_site.hpp"

using search_test::SearchSite;
using search_test::text_of;

namespace {

constexpr const char* kCapture = "/_snapshot/environment-backup-test-environment-capture";
constexpr const char* kRestore = "/_snapshot/environment-backup-test-environment-restore";

void use_snapshots(SearchSite& site, bool checksum = false) {
  json::Value snapshot;
  snapshot.set("repository_path", site.repository());
  snapshot.set("checksum", checksum);
  site.section.set("method", "snapshot");
  site.section.set("snapshot", std::move(snapshot));
}

// No repository is registered, and at most empty leftovers of the server stand on the disk.
void check_nothing_left(const SearchSite& site) {
  CHECK(site.must("GET", "/_snapshot") == "{}");
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(site.repository()))
    if (entry.is_regular_file()) bytes += entry.file_size();
  CHECK(bytes < 10'000);
}

void register_repository(const SearchSite& site, const std::string& path, bool readonly) {
  json::Value settings;
  settings.set("location", site.repository() + path.substr(path.rfind('/')));
  settings.set("readonly", readonly);
  json::Value body;
  body.set("type", "fs");
  body.set("settings", std::move(settings));
  site.must("PUT", path + "?verify=false", json::dump(body));
}

// That no codec makes smaller.
std::string noise(std::size_t bytes, std::mt19937& random) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text(bytes, ' ');
  for (auto& letter : text) letter = kLetters[random() % kLetters.size()];
  return text;
}

std::string finding_of(SearchSite& site) {
  const auto report = site.preflight_backup();
  return report.findings.empty() ? "" : report.findings.front().message;
}

}  // namespace

TEST_ON_BOTH(snapshots, "a snapshot brings documents, settings, mappings and aliases back") {
  use_snapshots(site);
  site.index("items", R"({"settings":{"number_of_shards":2,"refresh_interval":"7s"},
      "mappings":{"dynamic":"strict","properties":{"n":{"type":"integer"}}},
      "aliases":{"current":{"is_write_index":true,"filter":{"term":{"n":3}}}}})");
  site.fill("items", 5000);
  site.must("PUT", "/_component_template/base",
            R"({"template":{"settings":{"refresh_interval":"9s"}}})");
  site.put("items", "a%2Fb", "  { \"n\" :\n 7 } ");
  const auto before = site.documents("items");
  CHECK(site.preflight_backup().findings.empty());
  const auto archive = site.capture();
  const auto& detail = archive.manifest().resource("elasticsearch")->detail;
  CHECK(detail.get_string("method") == "snapshot");
  CHECK_FALSE(detail.get_bool("checksum"));
  check_nothing_left(site);
  site.must("DELETE", "/items/_doc/d9");
  site.must("DELETE", "/_component_template/base");
  CHECK(site.prove(archive).size() == 2);
  CHECK(site.preflight_restore(archive).findings.empty());
  site.put_back(archive);
  CHECK(site.documents("items") == before);
  check_nothing_left(site);
  CHECK(site.memory.memory.used() == 0);
}

TEST_ON_BOTH(snapshot_large,
             "large files go into the archive in parts while the server writes on") {
  use_snapshots(site, true);
  site.index("large", R"({"settings":{"number_of_shards":1},"mappings":{"enabled":false}})");
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i)
    site.put("large", std::to_string(i), R"({"noise":")" + noise(700'000, random) + "\"}");
  site.must("POST", "/large/_forcemerge?max_num_segments=1");
  const auto archive = site.capture();
  std::size_t full = 0;
  for (const auto* member : archive.manifest().members_of("elasticsearch"))
    if (member->meta.get_string("kind") == "file")
      full += member->meta.get_uint("size") == std::uint64_t{8} << 20 ? 1 : 0;
  CHECK(full >= 2);
  site.put_back(archive);
  CHECK(site.count("large") == 40);
}

TEST_ON_BOTH(snapshot_checksum, "with checksum a snapshot proves content, without it counts") {
  site.index("items");
  site.fill("items", 100);
  use_snapshots(site, true);
  const auto exact = site.capture();
  CHECK(exact.manifest().resource("elasticsearch")->detail.get_bool("checksum"));
  use_snapshots(site, false);
  const auto counted = site.capture();
  site.put("items", "d3", R"({"n":33})");
  CHECK(site.prove(exact).size() == 1);
  CHECK(site.prove(counted).empty());
  site.put_back(exact);
}

TEST_ON_BOTH(snapshot_no_source, "a snapshot holds indices that keep no _source") {
  use_snapshots(site);
  site.index("lossy", R"({"mappings":{"_source":{"enabled":false}}})");
  site.fill("lossy", 50);
  const auto archive = site.capture();
  site.put_back(archive);
  CHECK(site.count("lossy") == 50);
  use_snapshots(site, true);
  CHECK(finding_of(site) == "index lossy keeps no _source: its documents cannot be backed up");
}

TEST_ON_BOTH(snapshot_cut, "a snapshot shows the moment in which it was opened") {
  use_snapshots(site);
  site.index("cut");
  site.fill("cut", 2000);
  const auto archive = site.capture(
      [&] { site.must("POST", "/cut/_bulk?refresh=true", "{\"delete\":{\"_id\":\"d1\"}}\n"); });
  CHECK(site.count("cut") == 1999);
  site.put_back(archive);
  CHECK(site.count("cut") == 2000);
}

TEST_ON_BOTH(snapshot_killed, "what a killed backup or restore left behind is taken away") {
  use_snapshots(site);
  site.index("items");
  site.fill("items", 1000);
  register_repository(site, kCapture, false);
  site.must("PUT", std::string(kCapture) + "/environment-backup?wait_for_completion=true");
  const auto archive = site.capture();
  check_nothing_left(site);
  site.destroy(archive);
  register_repository(site, kRestore, true);
  site.restore(archive);
  site.restore(archive);
  CHECK(text_of(site.prove(archive)).empty());
  check_nothing_left(site);
}

TEST_ON_BOTH(snapshot_settings, "a folder that the server may not use is refused by name") {
  site.index("items");
  use_snapshots(site);
  json::Value snapshot;
  snapshot.set("repository_path", "/nowhere");
  site.section.set("snapshot", snapshot);
  CHECK(finding_of(site) == "the folder /nowhere for the server's repository is missing");
  snapshot.set("repository_path", "/tmp");
  site.section.set("snapshot", snapshot);
  CHECK(finding_of(site).find("allows no repository in /tmp") != std::string::npos);
  CHECK_THROWS_AS(site.capture(), core::Error);
  CHECK(site.must("GET", "/_snapshot") == "{}");
}

TEST_ON_OPENSEARCH(snapshot_stream, "a snapshot holds data streams") {
  use_snapshots(site);
  site.must("PUT", "/_index_template/logs",
            R"({"index_patterns":["logs-*"],"data_stream":{},"priority":9})");
  site.must("PUT", "/_data_stream/logs-app");
  site.must("PUT", "/logs-app/_create/1", R"({"@timestamp":"2026-01-01T00:00:00Z"})");
  const auto archive = site.capture();
  site.put_back(archive);
  CHECK(site.count("logs-app") == 1);
}
