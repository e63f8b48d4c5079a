#include "resources/elasticsearch/index_definition.hpp"

#include <catch2/catch.hpp>

#include "resources/elasticsearch/checks.hpp"

using namespace resources::elasticsearch;

namespace {

IndexDefinition with_settings(const std::string& settings) {
  return {"items", R"({"items":{"aliases":{},"mappings":{},"settings":{)" + settings + "}}}"};
}

bool is_refused(const IndexDefinition& definition) {
  const auto findings = check_definition(definition);
  return findings.size() == 1 && findings.front().blocking;
}

}  // namespace

TEST_CASE("a setting that a newer server put aside is not asked of it again") {
  const auto index =
      with_settings(R"("archived.index.old":"1","index.number_of_shards":"2","index.uuid":"abc")");
  const auto body = index.create_body();
  CHECK(body.find("archived") == std::string::npos);
  CHECK(body.find("uuid") == std::string::npos);
  CHECK(body.find(R"("index.number_of_shards":"2")") != std::string::npos);
  CHECK(index.compare(with_settings(R"("index.number_of_shards":"2")")).empty());
}

TEST_CASE("an index whose documents belong to another store is refused by name") {
  CHECK(is_refused(with_settings(R"("index.store.type":"snapshot")")));
  CHECK(is_refused(with_settings(R"("index.xpack.ccr.following_index":"true")")));
  CHECK_FALSE(is_refused(with_settings(R"("index.store.type":"niofs")")));
}
