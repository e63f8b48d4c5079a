// A server that answers 429, 503 or 413: waited for, asked for less, and named when it stays so.

#include <algorithm>
#include <atomic>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/elasticsearch/bulk_loader.hpp"
#include "resources/elasticsearch/slice_reader.hpp"
#include "tests/support/scripted_server.hpp"

using namespace resources::elasticsearch;
using Catch::Contains;
using support::answer;
using support::Answer;
using support::ScriptedServer;
using support::Seen;

namespace {

constexpr int kRequests = 4;
const std::string kQueueFull =
    R"({"type":"es_rejected_execution_exception","reason":"queue full"})";
const std::string kNoMemory =
    R"({"error":{"type":"circuit_breaking_exception","reason":"too much"}})";

resources::Settings settings_of(const std::string& url) {
  resources::Settings settings;
  json::Value urls = json::Value::array();
  urls.push_back(url);
  settings.section.set("urls", std::move(urls));
  return settings;
}

struct Site {
  explicit Site(ScriptedServer::Handler handler)
      : server(std::move(handler)),
        cluster(settings_of(server.url()), cancel, {{kRequests, 1, 4}, 300}) {}

  void load(const std::string& body, std::uint64_t documents) {
    BulkLoader(cluster, "items", false).load(body, Layout::kBulk, documents);
  }
  std::vector<std::string> bodies() const {
    std::vector<std::string> all;
    for (const auto& seen : server.seen()) all.push_back(seen.body);
    return all;
  }

  core::CancelToken cancel;
  ScriptedServer server;
  Cluster cluster;
};

std::string document(const std::string& id) {
  return R"({"index":{"_id":")" + id + "\"}}\n{}\n";
}

std::string documents(int count) {
  std::string body;
  for (int i = 0; i < count; ++i) body += document(std::to_string(i));
  return body;
}

int count_of(const std::string& body) {
  return static_cast<int>(std::count(body.begin(), body.end(), '\n') / 2);
}

// The answer of _bulk with these statuses.
Answer items(const std::vector<int>& statuses) {
  std::string text;
  bool errors = false;
  for (const int status : statuses) {
    const bool busy = status != 201;
    text += text.empty() ? "" : ",";
    text += R"({"index":{"status":)" + std::to_string(status) +
            (busy ? ",\"error\":" + kQueueFull : "") + "}}";
    errors = errors || busy;
  }
  return answer(200, std::string(R"({"errors":)") + (errors ? "true" : "false") + ",\"items\":[" +
                         text + "]}");
}

Answer all_taken(const Seen& seen) {
  return items(std::vector<int>(static_cast<std::size_t>(count_of(seen.body)), 201));
}

// Reads an index of one document through `handler`, which answers the searches.
std::vector<std::string> read(Site& site) {
  Slice slice;
  slice.unit = "items";
  slice.point = std::make_shared<Point>("items", "point");
  std::vector<std::string> ids;
  SliceReader reader(
      site.cluster, slice, [&](const Hit& hit) { ids.emplace_back(hit.id); }, [](std::size_t) {});
  reader.run();
  return ids;
}

ScriptedServer::Handler searches(std::function<Answer(const Seen&)> search) {
  return [search = std::move(search)](const Seen& seen) {
    return seen.method == "GET" ? answer(200, R"({"version":{"number":"8.19.0"}})") : search(seen);
  };
}

const std::string kOneHit =
    R"({"pit_id":"point","timed_out":false,"_shards":{"failed":0},"hits":{"hits":[)"
    R"({"_id":"a","_version":1,"_source":{},"sort":[0]}]}})";

}  // namespace

TEST_CASE("a chunk goes in bulks of whole documents that a server digests well") {
  Site site(all_taken);
  const auto chunk = documents(200'000);
  site.load(chunk, 200'000);
  const auto bodies = site.bodies();
  CHECK(bodies.size() == chunk.size() / (2 << 20) + 1);
  std::string all;
  for (const auto& body : bodies) all += body;
  CHECK(all == chunk);
  CHECK_THROWS_WITH(site.load(chunk, 200'001),
                    Contains("holds 200000 documents instead of 200001"));
}

TEST_CASE("a bulk that is answered with 429 or 503 is sent again as it stands") {
  for (const int status : {429, 503}) {
    std::atomic<int> answers{0};
    Site site([&](const Seen& seen) { return answers++ < 2 ? answer(status) : all_taken(seen); });
    site.load(documents(3), 3);
    CHECK(site.bodies() == std::vector<std::string>(3, documents(3)));
  }
}

TEST_CASE("only the documents that the server was too busy for are sent again") {
  std::atomic<int> answers{0};
  Site site([&](const Seen& seen) {
    const int number = answers++;
    if (number == 0) return items({201, 429, 201, 503});
    return number == 1 ? items({429, 201}) : all_taken(seen);
  });
  site.load(documents(4), 4);
  CHECK(site.bodies() ==
        std::vector<std::string>{documents(4), document("1") + document("3"), document("1")});
}

TEST_CASE("a busy server is waited for as long as it takes one document more") {
  Site site([](const Seen& seen) {
    std::vector<int> statuses(static_cast<std::size_t>(count_of(seen.body)), 429);
    statuses.back() = 201;
    return items(statuses);
  });
  site.load(documents(40), 40);
  CHECK(site.server.seen().size() == 40);
}

TEST_CASE("a server that stays too busy for a document is named with that document") {
  Site site([](const Seen& seen) {
    return count_of(seen.body) == 3 ? items({201, 429, 201}) : items({429});
  });
  CHECK_THROWS_WITH(
      site.load(documents(3), 3),
      Contains("document 1 of items is refused with status 429") && Contains("queue full"));
  CHECK(site.server.seen().size() == 13);
}

TEST_CASE("a server that answers a bulk with 503 to the end is named with its reason") {
  Site site([](const Seen&) { return answer(503, R"({"error":"no master"})"); });
  CHECK_THROWS_WITH(site.load(documents(3), 3), Contains("loading items: " + site.server.url()) &&
                                                    Contains("answered 503: no master"));
  CHECK(site.server.seen().size() == kRequests);
}

TEST_CASE("what a server never takes in one request is sent in halves") {
  for (const int status : {413, 429}) {
    Site site([&](const Seen& seen) {
      return count_of(seen.body) > 2 ? answer(status, kNoMemory) : all_taken(seen);
    });
    site.load(documents(9), 9);
    std::string taken;
    for (const auto& body : site.bodies())
      if (count_of(body) <= 2) taken += body;
    CHECK(taken == documents(9));
  }
}

TEST_CASE("a document that is too large for a server is named, one that it has no room for too") {
  Site strict([](const Seen&) { return answer(413); });
  CHECK_THROWS_WITH(strict.load(documents(3), 3), Contains("document 0 of items is too large"));
  Site busy([](const Seen&) { return answer(429, kNoMemory); });
  CHECK_THROWS_WITH(busy.load(documents(3), 3),
                    Contains("document 0 of items is not taken") &&
                        Contains("answered 429: circuit_breaking_exception: too much"));
}

TEST_CASE("a search that is answered with 429 or 503 is sent again") {
  for (const int status : {429, 503}) {
    std::atomic<int> answers{0};
    Site site(searches(
        [&](const Seen&) { return answers++ < 2 ? answer(status) : answer(200, kOneHit); }));
    CHECK(read(site) == std::vector<std::string>{"\"a\""});
    CHECK(answers == 3);
  }
}

TEST_CASE("a search that is answered with 503 to the end names the index") {
  Site site(searches([](const Seen&) { return answer(503, R"({"error":"all shards failed"})"); }));
  CHECK_THROWS_WITH(
      read(site), Contains("reading index items: ") && Contains("answered 503: all shards failed"));
}

TEST_CASE("a page that the server lacks the memory for is asked for in smaller ones") {
  Site site(searches([](const Seen& seen) {
    const bool small = seen.body.find("{\"size\":500,") == std::string::npos;
    return small ? answer(200, kOneHit) : answer(429, kNoMemory);
  }));
  CHECK(read(site) == std::vector<std::string>{"\"a\""});
  CHECK_THAT(site.bodies().back(), Contains("{\"size\":125,"));
}
