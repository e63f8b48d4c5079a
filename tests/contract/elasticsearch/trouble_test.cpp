// What stands in the way of a backup or a restore: refused by name, before anything is touched.

#include <algorithm>
#include <mutex>
#include <set>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/contract/elasticsearch/search_site.hpp"
#include "tests/support/scripted_server.hpp"

using search_test::SearchSite;
using search_test::text_of;

namespace {

json::Value list(const std::vector<std::string>& names) {
  json::Value value = json::Value::array();
  for (const auto& name : names) value.push_back(name);
  return value;
}

// The one blocking finding of a preflight.
resources::Finding only_finding(const resources::PreflightReport& report) {
  std::vector<resources::Finding> blocking;
  for (const auto& finding : report.findings)
    if (finding.blocking) blocking.push_back(finding);
  REQUIRE(blocking.size() == 1);
  return blocking.front();
}

void check_refused(SearchSite& site, const std::string& index, core::ExitCode code) {
  const auto finding = only_finding(site.preflight_backup());
  CHECK(finding.message.find("index " + index + " ") != std::string::npos);
  CHECK(finding.code == code);
  CHECK_THROWS_AS(site.capture(), core::Error);
  site.section.set("exclude", list({index}));
  CHECK(site.preflight_backup().findings.empty());
  const auto archive = site.capture();
  CHECK(archive.manifest().resource("elasticsearch")->rows == 5);
}

core::Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const core::Error& error) {
    return error;
  }
  FAIL("no error");
  return {core::ExitCode::kInternal, ""};
}

bool says(const core::Error& error, const std::string& text) {
  INFO(error.what());
  return std::string(error.what()).find(text) != std::string::npos;
}

}  // namespace

TEST_ON_BOTH(closed, "a closed index is refused by name and can be excluded") {
  site.index("good");
  site.fill("good", 5);
  site.index("shut");
  site.must("POST", "/shut/_close");
  check_refused(site, "shut", core::ExitCode::kPrecondition);
}

TEST_ON_BOTH(red, "an index with a missing shard is refused by name and can be excluded") {
  site.index("good");
  site.fill("good", 5);
  site.must("PUT", "/broken?wait_for_active_shards=0",
            R"({"settings":{"index.routing.allocation.require._name":"nobody"}})");
  check_refused(site, "broken", core::ExitCode::kServiceError);
}

TEST_ON_BOTH(no_source, "an index that does not keep _source is refused by name") {
  site.index("good");
  site.fill("good", 5);
  site.index("lossy", R"({"mappings":{"_source":{"enabled":false}}})");
  check_refused(site, "lossy", core::ExitCode::kConfiguration);
}

TEST_ON_BOTH(half_source, "an index that keeps parts of _source only is refused by name") {
  site.index("good");
  site.fill("good", 5);
  site.index("partial", R"({"mappings":{"_source":{"excludes":["secret"]}}})");
  check_refused(site, "partial", core::ExitCode::kConfiguration);
}

TEST_ON_BOTH(unreadable, "an index that may not be read is refused by name") {
  site.index("good");
  site.fill("good", 5);
  site.index("blocked", R"({"settings":{"index.blocks.read":true}})");
  check_refused(site, "blocked", core::ExitCode::kPrecondition);
  site.must("PUT", "/blocked/_settings", R"({"index.blocks.read":null})");
}

TEST_ON_BOTH(missing, "an index that is named and not there is refused, an alias too") {
  site.index("real", R"({"aliases":{"known-as":{}}})");
  site.section.set("include", list({"real", "known-as"}));
  const auto finding = only_finding(site.preflight_backup());
  CHECK(finding.code == core::ExitCode::kNotFound);
  CHECK(finding.message == "there is no index or data stream known-as");
}

TEST_ON_BOTH(read_only, "an index under a block is saved, replaced, and blocked again") {
  site.index("frozen");
  site.fill("frozen", 100);
  site.must("PUT", "/frozen/_settings", R"({"index.blocks.read_only":true})");
  const auto archive = site.capture();
  site.put_back(archive);
  CHECK(site.call("PUT", "/frozen/_doc/1", "{}").first == 403);
  // as after a kill between the block and the end of the step
  site.restore(archive);
  CHECK(text_of(site.prove(archive)).empty());
}

TEST_ON_BOTH(alias_in_place, "an alias that stands where an index should go is named before") {
  site.section.set("include", list({"items"}));
  site.index("items");
  site.fill("items", 10);
  const auto archive = site.capture();
  site.must("DELETE", "/items");
  site.index("other", R"({"aliases":{"items":{}}})");
  const auto finding = only_finding(site.preflight_restore(archive));
  CHECK(finding.message == "items is an alias of index other now, and an index in the archive");
  site.must("DELETE", "/other/_alias/items");
  CHECK(site.preflight_restore(archive).findings.empty());
  site.put_back(archive);
}

TEST_ON_BOTH(index_in_place, "an index that stands where an alias should go is named before") {
  site.section.set("include", list({"items-*"}));
  site.index("items-1", R"({"aliases":{"items":{}}})");
  const auto archive = site.capture();
  site.must("DELETE", "/items-1");
  site.index("items");
  const auto finding = only_finding(site.preflight_restore(archive));
  CHECK(finding.message == "items is an index now, and an alias of index items-1 in the archive");
}

TEST_ON_BOTH(conflict, "a document that its own mapping refuses is named") {
  site.index("dated", R"({"mappings":{"dynamic":false}})");
  site.fill("dated", 50);
  site.put("dated", "the%2Fone", R"({"at":"no date"})");
  site.must("PUT", "/dated/_mapping", R"({"properties":{"at":{"type":"date"}}})");
  const auto archive = site.capture();
  site.destroy(archive);
  const auto error = error_of([&] { site.restore(archive); });
  CHECK(error.code() == core::ExitCode::kServiceError);
  CHECK(says(error, "document the/one of dated is refused with status 400"));
  CHECK(says(error, "parsing_exception"));
}

TEST_ON_BOTH(strict, "documents that were let in before the mapping became strict come back") {
  site.index("strict", R"({"mappings":{"dynamic":"false","properties":{"n":{"type":"long"}}}})");
  site.fill("strict", 50, R"(,"unknown":{"deep":1})");
  site.must("PUT", "/strict/_mapping", R"({"dynamic":"strict"})");
  site.index("open", R"({"mappings":{"dynamic":"false"}})");
  site.fill("open", 50);
  site.must("PUT", "/open/_mapping", R"({"dynamic":"true"})");
  const auto archive = site.capture();
  site.put_back(archive);
  CHECK(site.count("strict") == 50);
  CHECK(site.call("PUT", "/strict/_doc/new", R"({"unknown":1})").first == 400);
  CHECK(site.must("GET", "/open/_mapping").find("\"n\"") == std::string::npos);
}

TEST_ON_BOTH(dead_node, "one of several nodes is dead: the next is asked") {
  site.index("items");
  site.fill("items", 1000);
  site.section.set("urls", list({"http://127.0.0.1:1", site.url()}));
  const auto archive = site.capture();
  site.put_back(archive);
}

TEST_ON_BOTH(unwell,
             "a server that answers everything with 429 or 503 at first is read and filled whole") {
  site.index("items", R"({"settings":{"number_of_shards":2}})");
  site.fill("items", 5000, R"(,"t":")" + std::string(400, 'x') + "\"");
  site.put("items", "lines", "{\n}");
  std::mutex mutex;
  std::set<std::string> refused;
  const support::ScriptedServer front([&](const support::Seen& seen) {
    if (seen.method == "POST" || seen.target.find("/_doc/") != std::string::npos) {
      const std::lock_guard lock(mutex);
      if (refused.insert(seen.method + seen.target + seen.body).second)
        return support::answer(refused.size() % 2 == 0 ? 503 : 429);
    }
    const auto [status, body] = site.call(seen.method, seen.target, seen.body);
    return support::answer(status, body);
  });
  site.section.set("urls", list({front.url()}));
  const auto archive = site.capture();
  site.put_back(archive);
  CHECK(site.count("items") == 5001);
  for (const char* what : {"/_refresh", "/_search?", "/_bulk?", "/_doc/"}) {
    INFO(what);
    CHECK(std::any_of(refused.begin(), refused.end(),
                      [&](const auto& one) { return one.find(what) != std::string::npos; }));
  }
}

TEST_CASE("elasticsearch: a cluster that cannot be reached is named, with exit code 13") {
  json::Value section;
  section.set("urls", list({"http://127.0.0.1:1"}));
  support::MemoryContext memory;
  resources::elasticsearch::ElasticsearchResource resource(support::settings_of(section));
  const auto error = error_of([&] { resource.preflight_backup(memory.context); });
  CHECK(error.code() == core::ExitCode::kUnreachable);
  CHECK(says(error, "elasticsearch at http://127.0.0.1:1"));
}

TEST_ON_BOTH(resumed, "a restore that broke off goes on where it ended, and ends exact") {
  site.index("items", R"({"settings":{"number_of_shards":2}})");
  site.fill("items", 30'000, R"(,"t":")" + std::string(400, 'x') + "\"");
  const auto archive = site.capture();
  site.destroy(archive);
  std::size_t first = 0;
  {
    const auto work = site.resource()->restore(archive, site.memory.context);
    const auto items = work->plan();
    REQUIRE(items.size() >= 2);
    work->run(items.front());
    work->run(items.back());
    // done, but not noted: a kill came between
    site.memory.journal.clear("elasticsearch", {items.back().id});
    first = items.size();
  }
  auto work = site.resource()->restore(archive, site.memory.context);
  CHECK(work->plan().size() == first - 1);
  support::run_work(std::move(work), site.memory.context);
  CHECK(text_of(site.prove(archive)).empty());
  CHECK(site.count("items") == 30'000);
}

TEST_ON_BOTH(unnoted, "an index made in the moment of a kill is made again") {
  site.index("items", R"({"mappings":{"properties":{"n":{"type":"integer"}}}})");
  site.fill("items", 10);
  const auto archive = site.capture();
  site.destroy(archive);
  site.put("items", "void", R"({"n":"an application wrote into the void"})");
  site.restore(archive);
  CHECK(text_of(site.prove(archive)).empty());
}

TEST_ON_BOTH(newer, "a document that somebody writes during the restore is named") {
  site.index("items");
  site.fill("items", 10);
  const auto archive = site.capture();
  site.destroy(archive);
  auto work = site.resource()->restore(archive, site.memory.context);
  site.put("items", "d3", "{}", "?version=9&version_type=external");
  const auto error = error_of([&] { support::run_work(std::move(work), site.memory.context); });
  CHECK(says(error, "document d3 of items is refused with status 409"));
}

TEST_ON_BOTH(cut_gone, "a cut that the server has lost is named") {
  site.index("items");
  site.fill("items", 10);
  struct Sink final : archive::ChunkSink {
    void put(archive::ChunkName, const archive::EncodedChunk&) override {}
  } sink;
  auto work = site.resource()->open(sink, site.memory.context);
  site.must("DELETE", "/items");
  site.index("items");
  if (site.is_opensearch()) site.must("DELETE", "/_search/point_in_time/_all");
  const auto error = error_of([&] { support::run_work(std::move(work), site.memory.context); });
  CHECK(error.code() == core::ExitCode::kServiceError);
  CHECK(says(error, "index items"));
}
