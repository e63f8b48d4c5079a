// Data streams and ingest processors: OpenSearch alone has them in its free build.

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/contract/elasticsearch/search_site.hpp"

using search_test::SearchSite;
using search_test::text_of;

namespace {

void make_stream(const SearchSite& site) {
  site.must("PUT", "/_index_template/logs",
            R"({"index_patterns":["logs-*"],"data_stream":{},"priority":9,
                "template":{"settings":{"number_of_shards":2,"refresh_interval":"3s"}}})");
  site.must("PUT", "/_data_stream/logs-app");
}

void fill_stream(const SearchSite& site, int from, int to) {
  std::string body;
  for (int i = from; i < to; ++i)
    body += "{\"create\":{\"_id\":\"e" + std::to_string(i) +
            "\"}}\n{\"@timestamp\":\"2026-01-01T00:00:00Z\",\"n\":" + std::to_string(i) + "}\n";
  REQUIRE(site.must("POST", "/logs-app/_bulk?refresh=true&filter_path=errors", body) ==
          R"({"errors":false})");
}

std::string read_n(const SearchSite& site, const std::string& path) {
  return std::string(json::dump(json::parse(site.must("GET", path), "document").at("_source")));
}

}  // namespace

TEST_ON_OPENSEARCH(streams, "a data stream over several indices comes back as a data stream") {
  make_stream(site);
  fill_stream(site, 0, 3000);
  site.must("POST", "/logs-app/_rollover");
  fill_stream(site, 3000, 5000);
  const auto archive = site.capture();
  CHECK(archive.manifest().resource("elasticsearch")->rows == 5000);
  site.put_back(archive);
  CHECK(site.count("logs-app") == 5000);
  const auto settings = site.must("GET", "/logs-app/_settings?flat_settings=true");
  CHECK(settings.find(R"("index.refresh_interval":"3s")") != std::string::npos);
  CHECK(settings.find("_none") == std::string::npos);
  fill_stream(site, 5000, 5001);
}

TEST_ON_OPENSEARCH(stream_resume, "a data stream takes what is there already only if it is equal") {
  make_stream(site);
  fill_stream(site, 0, 3000);
  const auto archive = site.capture();
  site.destroy(archive);
  site.restore(archive);
  site.memory.journal.clear("elasticsearch", {});
  site.restore(archive);
  CHECK(text_of(site.prove(archive)).empty());
  site.must("DELETE", "/_data_stream/logs-app");
  site.must("PUT", "/_data_stream/logs-app");
  site.must("PUT", "/logs-app/_create/e7", R"({"@timestamp":"2026-01-01T00:00:00Z","n":"other"})");
  site.memory.journal.clear("elasticsearch", {});
  CHECK_THROWS_WITH(site.restore(archive),
                    Catch::Contains("document e7 stands in data stream logs-app with another"));
}

TEST_ON_OPENSEARCH(transformed, "pipelines come back and do not transform documents again") {
  site.must("PUT", "/_ingest/pipeline/twice",
            R"({"processors":[{"script":{"source":"ctx.n = ctx.n * 2"}}]})");
  site.must("PUT", "/_ingest/pipeline/stamp",
            R"({"processors":[{"append":{"field":"seen","value":"once"}}]})");
  site.index("made", R"({"settings":{"default_pipeline":"twice","final_pipeline":"stamp"}})");
  site.put("made", "1", R"({"n":21})");
  site.put("made", "2", "{\n\"n\":4}");
  const auto before = site.documents("made");
  CHECK(read_n(site, "/made/_doc/1") == R"({"n":42,"seen":["once"]})");
  const auto archive = site.capture();
  site.must("PUT", "/made/_settings", R"({"default_pipeline":"_none","final_pipeline":"_none"})");
  site.must("DELETE", "/_ingest/pipeline/twice");
  CHECK(site.prove(archive).size() == 3);
  site.put_back(archive);
  CHECK(site.documents("made") == before);
  site.put("made", "3", R"({"n":5})");
  CHECK(read_n(site, "/made/_doc/3") == R"({"n":10,"seen":["once"]})");
}
