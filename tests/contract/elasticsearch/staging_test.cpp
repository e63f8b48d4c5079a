// A restore loads beside the live indices and proves there, while users work.

#include <catch2/catch.hpp>

#include "tests/contract/elasticsearch/search_site.hpp"

using search_test::SearchSite;
using search_test::text_of;

namespace {

constexpr const char* kItems = R"({"settings":{"number_of_shards":2,"number_of_replicas":1,
    "refresh_interval":"7s","sort.field":"n","sort.order":"desc"},
    "mappings":{"dynamic":"strict","properties":{"n":{"type":"integer"},
    "t":{"type":"text"}}},
    "aliases":{"current":{"is_write_index":true},"few":{"filter":{"term":{"n":3}}}}})";

// Settings of every index, templates, aliases.
std::string all_of(const SearchSite& site) {
  return site.must("GET", "/*?flat_settings=true&pretty=true") +
         site.must("GET", "/_index_template") + site.must("GET", "/_cluster/settings");
}

}  // namespace

TEST_ON_BOTH(beside, "staging changes nothing that users see") {
  site.index("items", kItems);
  site.fill("items", 3000, R"(,"t":"Some Text")");
  site.must(
      "PUT", "/_index_template/of-users",
      R"({"index_patterns":["*"],"priority":9,"template":{"settings":{},"aliases":{"everything":{}}}})");
  const auto archive = site.capture();
  site.must("DELETE", "/items/_doc/d9?refresh=true");
  const auto before = all_of(site);
  site.stage(archive);
  CHECK(all_of(site) == before);
  CHECK(site.count("items") == 2999);
  CHECK(site.count("*") == 2999);
  CHECK(site.count("current") == 2999);
  REQUIRE(site.beside().size() == 1);
  CHECK(site.beside().front().find("staged") != std::string::npos);
  // a backup does not hold it
  const auto other = site.capture();
  const auto& detail = other.manifest().resource("elasticsearch")->detail;
  CHECK(detail.at("indices").as_object().size() == 1);
  CHECK(detail.get_strings("left_out").empty());
  site.resource()->unstage(site.memory.context);
  CHECK(site.beside().empty());
  CHECK(all_of(site) == before);
}
