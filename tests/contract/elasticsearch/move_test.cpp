// Staged indices take the live names; what they replace stays beside them.

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/elasticsearch/scratch_names.hpp"
#include "tests/contract/elasticsearch/search_site.hpp"

using resources::elasticsearch::ScratchNames;
using search_test::SearchSite;
using search_test::text_of;

namespace {

constexpr const char* kItems = R"({"settings":{"number_of_shards":2,"number_of_replicas":1,
    "refresh_interval":"7s","sort.field":"n","sort.order":"desc"},
    "mappings":{"dynamic":"strict","properties":{"n":{"type":"integer"},
    "t":{"type":"text"}}},
    "aliases":{"current":{"is_write_index":true},"few":{"filter":{"term":{"n":3}}}}})";

void fill_site(const SearchSite& site) {
  site.index("items", kItems);
  site.fill("items", 1000, R"(,"t":"Some Text")");
  site.index("people");
  site.fill("people", 200);
  site.index("frozen");
  site.fill("frozen", 50);
  site.must("PUT", "/frozen/_settings", R"({"index.blocks.read_only":true})");
  site.must(
      "PUT", "/_index_template/of-users",
      R"({"index_patterns":["user-*"],"priority":9,"template":{"settings":{"index.refresh_interval":"9s"}}})");
}

// Another mapping, another number of documents, one index more and one less.
void change_site(const SearchSite& site) {
  site.must("PUT", "/items/_mapping", R"({"properties":{"extra":{"type":"keyword"}}})");
  site.must("PUT", "/items/_settings", R"({"index.refresh_interval":"9s"})");
  site.must("PUT", "/items/_doc/new?refresh=true", R"({"n":7,"extra":"x"})");
  site.must("POST", "/_aliases", R"({"actions":[{"add":{"index":"items","alias":"second"}}]})");
  site.must("DELETE", "/people");
  site.index("fresh", R"({"aliases":{"newest":{}}})");
  site.fill("fresh", 10);
  site.must(
      "PUT", "/_index_template/of-users",
      R"({"index_patterns":["user-*"],"priority":10,"template":{"settings":{"index.refresh_interval":"10s"}}})");
}

constexpr const char* kAutoCreate = "action.auto_create_index";

std::string guard_template() {
  return ScratchNames("test-environment").guard_template();
}

// What a restore leaves that was killed while it moved, and whose record is lost since.
void shut_writers_out(const SearchSite& site, const std::string& set_before) {
  if (site.is_opensearch())
    site.must("PUT", "/_cluster/settings",
              R"({"persistent":{")" + std::string(kAutoCreate) + R"(":"-items,-)" +
                  guard_template() + "," + set_before + R"("}})");
  else
    site.must("PUT", "/_index_template/" + guard_template(),
              R"({"index_patterns":["items"],"allow_auto_create":false})");
}

bool holds_templates_of_ours(const archive::ArchiveReader& archive) {
  const auto* templates = resources::elasticsearch::ArchivedUnits(archive).templates();
  REQUIRE(templates != nullptr);
  return archive.read(*templates).find("environment-backup") != std::string::npos;
}

}  // namespace

TEST_ON_BOTH(let_in, "writers whom a lost restore keeps out are let in by the next one") {
  fill_site(site);
  const auto set_before = GENERATE(as<std::string>{}, "+*", "-secret*,+*");
  shut_writers_out(site, set_before);
  const auto target = site.capture();
  CHECK_FALSE(holds_templates_of_ours(target));
  change_site(site);
  site.restore_beside(target, site.capture());
  site.must("DELETE", "/items");
  CHECK(site.call("PUT", "/items/_doc/1", R"({"n":1})").first == 201);
  if (site.is_opensearch())
    CHECK(site.setting(kAutoCreate) == (set_before == "+*" ? "" : set_before));
  else
    CHECK(site.call("GET", "/_index_template/" + guard_template()).first == 404);
}

TEST_ON_BOTH(moved, "what is staged takes the live names, and going back is a move") {
  fill_site(site);
  const auto target = site.capture();
  change_site(site);
  const auto safety = site.capture();
  site.restore_beside(target, safety);
  CHECK(site.count("items") == 1000);
  CHECK(site.count("people") == 200);
  CHECK(site.count("current") == 1000);
  CHECK(site.call("GET", "/fresh").first == 404);
  CHECK(site.beside().size() == 3);  // items, frozen, fresh
  CHECK(site.call("PUT", "/people/_doc/x", R"({"n":1})").first == 201);
  site.must("DELETE", "/people/_doc/x?refresh=true");
  // a writer is let in again
  CHECK(site.call("PUT", "/made-by-a-user/_doc/1", "{}").first == 201);
  site.must("DELETE", "/made-by-a-user");

  site.move_back();
  CHECK(text_of(site.prove(safety)).empty());
  CHECK(site.beside().empty());
  CHECK(site.call("GET", "/people").first == 404);
  CHECK(site.count("newest") == 10);
}

TEST_ON_BOTH(dropped, "what was replaced is removed when all is over") {
  fill_site(site);
  const auto target = site.capture();
  change_site(site);
  const auto safety = site.capture();
  site.restore_beside(target, safety);
  site.resource()->drop_aside(site.memory.context);
  CHECK(site.beside().empty());
  CHECK(text_of(site.prove(target)).empty());
}
