// What a backup must bring back, byte for byte, on both servers.

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/contract/elasticsearch/search_site.hpp"

using search_test::SearchSite;
using search_test::text_of;

TEST_ON_BOTH(round_trip, "an index comes back with every document, setting, mapping and alias") {
  site.index("items", R"({"settings":{"number_of_shards":2,"number_of_replicas":1,
      "refresh_interval":"7s","analysis":{"analyzer":{"own":{"type":"custom","tokenizer":"standard",
      "filter":["lowercase"]}}},"sort.field":"n","sort.order":"desc"},
      "mappings":{"_meta":{"made":"by hand"},"properties":{"n":{"type":"integer"},
      "t":{"type":"text","analyzer":"own"}}},
      "aliases":{"current":{"is_write_index":true,"filter":{"term":{"n":3}}},
      "routed":{"index_routing":"a","search_routing":"a,b"}}})");
  site.fill("items", 25'000, R"(,"t":"Some Text")");
  site.must("DELETE", "/items/_doc/d7");
  site.must("PUT", "/items/_doc/d8", R"({"n":8,"t":"changed"})");
  const auto before = site.must("GET", "/items?flat_settings=true");
  const auto archive = site.capture();
  CHECK(archive.manifest().resource("elasticsearch")->rows == 24'999);
  site.must("DELETE", "/items/_doc/d9");
  site.put("items", "new", R"({"n":1})");
  CHECK(site.prove(archive).size() == 1);
  site.put_back(archive);
  CHECK(site.count("items") == 24'999);
  CHECK(site.call("GET", "/items/_doc/new").first == 404);
  const auto changed = json::parse(site.must("GET", "/items/_doc/d8"), "document");
  CHECK(changed.get_int("_version") == 2);
  CHECK(site.memory.memory.used() == 0);
}

TEST_ON_BOTH(verbatim, "_source comes back byte for byte: numbers, spaces, newlines, escapes") {
  site.index("verbatim", R"({"mappings":{"dynamic":false}})");
  const std::vector<std::pair<std::string, std::string>> documents{
      {"numbers",
       R"({"a":9223372036854775807,"b":1e400,"c":0.10,"d":1.0E+2,"e":-0,"f":123456789012345678901234567890})"},
      {"spaces", "  { \"a\" :\t[ 1 , 2 ] }  "},
      {"newline", "{\n  \"a\": 1,\r\n  \"b\": \"x\"\n}\n"},
      {"carriage", "{\"a\":1}\r"},
      {"escapes", R"({"a\u0062":"\u00e9\/\"\\\ud83d\ude00","\"hits\":[":"}]"})"},
      {"text", "{\"a\":\"\u00e9\U0001f600\"}"},
      {"deep", std::string(15, '[').insert(0, "{\"a\":") + std::string(15, ']') + "}"},
      {"a%2Fb%20c%23d%3Fe", "{\"id\":\"awkward\"}"},
      {"%C3%A9%F0%9F%98%80%22%5C", "{\"id\":\"unicode\"}"},
      {std::string(512, 'x'), "{\"id\":\"long\"}"},
  };
  for (const auto& [id, source] : documents) site.put("verbatim", id, source);
  site.put("verbatim", "routed", "{}", "?routing=r%2F%22");
  const auto before = site.documents("verbatim");
  CHECK(before.size() == documents.size() + 1);
  CHECK(before.at("newline") == documents[2].second);
  const auto archive = site.capture();
  site.put_back(archive);
  CHECK(site.documents("verbatim") == before);
  const auto routed =
      json::parse(site.must("GET", "/verbatim/_doc/routed?routing=r%2F%22"), "document");
  CHECK(routed.get_string("_routing") == "r/\"");
}

TEST_ON_BOTH(left_out, "indices outside the patterns and dot indices stay out and are named") {
  for (const char* name : {"items-1", "items-2", "items-2-old", "other", ".hidden"}) {
    site.index(name);
    site.fill(name, 3);
  }
  json::Value include = json::Value::array();
  include.push_back("items-*");
  json::Value exclude = json::Value::array();
  exclude.push_back("*-old");
  site.section.set("include", include);
  site.section.set("exclude", exclude);
  const auto archive = site.capture();
  const auto& detail = archive.manifest().resource("elasticsearch")->detail;
  CHECK(detail.at("indices").as_object().size() == 2);
  CHECK(detail.get_strings("left_out") ==
        std::vector<std::string>{".hidden", "items-2-old", "other"});
  // what has come since inside the patterns goes, the rest stays
  site.index("items-3");
  CHECK(site.destroy(archive) == std::vector<std::string>{"items-3"});
  CHECK(site.call("GET", "/items-1").first == 404);
  CHECK(site.call("GET", "/items-3").first == 404);
  for (const char* name : {"other", "items-2-old", ".hidden"}) CHECK(site.count(name) == 3);
  CHECK(site.destroy(archive).empty());
  site.restore(archive);
  CHECK(text_of(site.prove(archive)).empty());
}

TEST_ON_BOTH(empty_things, "an empty index and an empty cluster come back empty") {
  const auto nothing = site.capture();
  CHECK(nothing.manifest().resource("elasticsearch")->detail.at("indices").as_object().empty());
  site.index("empty", R"({"settings":{"number_of_shards":3}})");
  const auto archive = site.capture();
  site.put_back(archive);
  CHECK(site.count("empty") == 0);
  CHECK(site.destroy(nothing) == std::vector<std::string>{"empty"});
}

TEST_ON_BOTH(templates, "templates come back and do not touch the indices that come back") {
  site.must("PUT", "/_component_template/base",
            R"({"template":{"settings":{"refresh_interval":"9s"}}})");
  site.index("t-1", R"({"mappings":{"properties":{"a":{"type":"keyword"}}}})");
  site.fill("t-1", 10);
  site.must("PUT", "/_index_template/all-t",
            R"({"index_patterns":["t-*"],"priority":50,"composed_of":["base"],"_meta":{"big":1},
                "template":{"mappings":{"properties":{"added":{"type":"date"}}},
                "aliases":{"from-template":{}}}})");
  site.must("PUT", "/_template/old", R"({"index_patterns":["old-*"],"order":3,"version":7})");
  const auto archive = site.capture();
  site.must("DELETE", "/_index_template/all-t");
  site.must("DELETE", "/_template/old");
  site.must("PUT", "/_component_template/base",
            R"({"template":{"settings":{"refresh_interval":"1s"}}})");
  CHECK(site.prove(archive).size() == 3);
  site.put_back(archive);
  CHECK(site.must("GET", "/t-1").find("added") == std::string::npos);
  CHECK(site.must("GET", "/t-1").find("from-template") == std::string::npos);
  CHECK(site.call("GET", "/_index_template/environment-backup-restore").first == 404);
  site.index("t-2");
  CHECK(site.must("GET", "/t-2").find("added") != std::string::npos);
}

TEST_ON_BOTH(cut, "what is written after the cut was opened is not in the archive") {
  site.index("cut");
  site.fill("cut", 3000);
  support::MemoryContext& memory = site.memory;
  struct Sink final : archive::ChunkSink {
    void put(archive::ChunkName name, const archive::EncodedChunk&) override {
      rows += name.rows.value_or(0);
    }
    std::atomic<std::uint64_t> rows{0};
  } sink;
  auto work = site.resource()->open(sink, memory.context);
  for (int i = 0; i < 20; ++i) site.must("DELETE", "/cut/_doc/d" + std::to_string(i));
  site.fill("cut", 10);
  const auto detail = support::run_work(std::move(work), memory.context);
  CHECK(sink.rows == 3000);
  CHECK(detail.at("indices").at("cut").get_uint("documents") == 3000);
}
