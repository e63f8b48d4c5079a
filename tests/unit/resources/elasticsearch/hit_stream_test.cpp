#include "resources/elasticsearch/hit_stream.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using resources::elasticsearch::Hit;
using resources::elasticsearch::HitStream;

namespace {

const std::string kHead =
    R"({"pit_id":"46To","took":1,"timed_out":false,"_shards":{"total":1,"failed":0},)"
    R"("hits":{"max_score":null,"hits":[)";
const std::string kFirst =
    "{\"_index\":\"v\",\"_id\":\"a/\\\"#\",\"_version\":7,\"_score\":null,\"_routing\":\"r\\n\","
    "\"_source\":  {\"n\" : 1e400,\n\"hits\":[{\"_id\":\"no\"}]}\r ,\"sort\":[4]}";
const std::string kSecond = R"({"_index":"v","_id":"2","_source":{},"sort":[5]})";
const std::string kTail = "]}}";

struct Copy {
  std::string id, routing, version, source, sort;
};

std::vector<Copy> cut(const std::string& answer, std::size_t piece, json::Value* envelope) {
  std::vector<Copy> copies;
  HitStream stream([&](const Hit& hit) {
    copies.push_back({std::string(hit.id), std::string(hit.routing), std::string(hit.version),
                      std::string(hit.source), std::string(hit.sort)});
  });
  for (std::size_t at = 0; at < answer.size(); at += piece)
    stream.feed(std::string_view(answer).substr(at, piece));
  const auto finished = stream.finish();
  if (envelope != nullptr) *envelope = finished;
  return copies;
}

}  // namespace

TEST_CASE("hits come out byte for byte wherever the answer is cut into pieces") {
  const std::string answer = kHead + kFirst + "," + kSecond + kTail;
  for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
    CAPTURE(piece);
    json::Value envelope;
    const auto hits = cut(answer, piece, &envelope);
    REQUIRE(hits.size() == 2);
    CHECK(hits[0].id == R"("a/\"#")");
    CHECK(hits[0].routing == R"("r\n")");
    CHECK(hits[0].version == "7");
    CHECK(hits[0].source == "  {\"n\" : 1e400,\n\"hits\":[{\"_id\":\"no\"}]}\r ");
    CHECK(hits[0].sort == "[4]");
    CHECK(hits[1].source == "{}");
    CHECK(hits[1].routing.empty());
    CHECK(envelope.get_string("pit_id") == "46To");
    CHECK(envelope.at("hits").at("hits").as_array().empty());
  }
}

TEST_CASE("an answer without hits gives its envelope only") {
  json::Value envelope;
  CHECK(cut(kHead + kTail, 1000, &envelope).empty());
  CHECK_FALSE(envelope.get_bool("timed_out", true));
}

TEST_CASE("an answer that was cut short is refused") {
  const std::string answer = kHead + kFirst + "," + kSecond + kTail;
  for (std::size_t size = 0; size < answer.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(cut(answer.substr(0, size), 64, nullptr), core::Error);
  }
}

TEST_CASE("a document without _source is named and refused") {
  CHECK_THROWS_WITH(cut(kHead + R"({"_index":"v","_id":"7","sort":[1]})" + kTail, 1000, nullptr),
                    "the document 7 has no _source");
}
