#include "resources/elasticsearch/document_chunk.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using resources::elasticsearch::Action;
using resources::elasticsearch::DocumentChunk;
using resources::elasticsearch::DocumentSum;
using resources::elasticsearch::for_each_document;
using resources::elasticsearch::Hit;
using resources::elasticsearch::Layout;
using resources::elasticsearch::layout_for;
using resources::elasticsearch::StoredDocument;
using resources::elasticsearch::target_of;

namespace {

Hit hit(std::string_view id, std::string_view source, std::string_view routing = "",
        std::string_view version = "3") {
  return {id, routing, version, source, ""};
}

DocumentSum sum_of(std::initializer_list<Hit> hits) {
  DocumentSum sum;
  for (const auto& one : hits) sum.add(one);
  return sum;
}

}  // namespace

TEST_CASE("a chunk of layout bulk is a bulk body as it stands") {
  DocumentChunk chunk(Layout::kBulk, Action::kIndex);
  chunk.add(hit(R"("a")", R"({"n":1e400})", R"("r")"));
  chunk.add(hit(R"("b\"")", "  {}", "", "9"));
  CHECK(chunk.plain() ==
        R"({"index":{"_id":"a","version":3,"version_type":"external_gte","routing":"r"}})"
        "\n{\"n\":1e400}\n"
        R"({"index":{"_id":"b\"","version":9,"version_type":"external_gte"}})"
        "\n  {}\n");
  CHECK(chunk.sum().count() == 2);
}

TEST_CASE("documents of data streams are created and carry no version") {
  DocumentChunk chunk(Layout::kBulk, Action::kCreate);
  chunk.add(hit(R"("a")", "{}"));
  CHECK(chunk.plain() == "{\"create\":{\"_id\":\"a\"}}\n{}\n");
}

TEST_CASE("documents that a bulk body cannot carry go one by one") {
  CHECK(layout_for("{}") == Layout::kBulk);
  CHECK(layout_for("{\r}") == Layout::kBulk);
  CHECK(layout_for("{}\n") == Layout::kSingle);
  CHECK(layout_for("{}\r") == Layout::kSingle);
}

TEST_CASE("what was put into a chunk comes out of it, raw newlines too") {
  for (const Layout layout : {Layout::kBulk, Layout::kSingle}) {
    const std::string raw = layout == Layout::kSingle ? "{\n\"a\":\n1}\n" : "{\"a\":1}";
    DocumentChunk chunk(layout, Action::kIndex);
    chunk.add(hit(R"("a\/\u00e9")", raw, R"("r")"));
    chunk.add(hit(R"("b")", raw));
    std::vector<std::string> sources;
    std::vector<std::string> ids;
    std::string wholes;
    for_each_document(chunk.plain(), layout, [&](const StoredDocument& document) {
      sources.emplace_back(document.source);
      ids.push_back(target_of(document).id);
      wholes += document.whole;
    });
    CHECK(sources == std::vector<std::string>{raw, raw});
    CHECK(ids == std::vector<std::string>{"a/\u00e9", "b"});
    CHECK(wholes == chunk.plain());
  }
}

TEST_CASE("an action line tells id, routing and version") {
  DocumentChunk chunk(Layout::kBulk, Action::kIndex);
  chunk.add(hit(R"("a")", "{}", R"("r\n")", "12"));
  for_each_document(chunk.plain(), Layout::kBulk, [](const StoredDocument& document) {
    const auto target = target_of(document);
    CHECK(target.routing == "r\n");
    CHECK(target.version == "12");
  });
}

TEST_CASE("a damaged chunk is refused") {
  const auto ignore = [](const StoredDocument& document) { target_of(document); };
  for (const char* plain : {"x", "{\"index\":{}}\n", "{\"index\":{}}\n{}"})
    CHECK_THROWS_AS(for_each_document(plain, Layout::kBulk, ignore), core::Error);
  for (const char* plain :
       {"{\"index\":{}}\n-1\n{}\n", "{\"index\":{}}\n9\n{}\n", "{\"index\":{}}\n1\n{}\n",
        "{\"index\":{}}\n99999999999999999999\n{}\n"})
    CHECK_THROWS_AS(for_each_document(plain, Layout::kSingle, ignore), core::Error);
}

TEST_CASE("the checksum ignores the order of documents and notices everything else") {
  const Hit a = hit(R"("a")", "{\"n\":1}");
  const Hit b = hit(R"("b")", "{\"n\":2}");
  const auto both = sum_of({a, b});
  CHECK(both == sum_of({b, a}));
  CHECK(both.checksum() != sum_of({a, a}).checksum());
  CHECK(both.checksum() !=
        sum_of({hit(R"("b")", "{\"n\":1}"), hit(R"("a")", "{\"n\":2}")}).checksum());
  CHECK(both.checksum() != sum_of({a, hit(R"("b")", "{\"n\":2.0}")}).checksum());
  CHECK(both.checksum() != sum_of({a, hit(R"("b")", "{\"n\":2}", R"("r")")}).checksum());
  // two equal changes would cancel out in an XOR
  CHECK(sum_of({a, a}).checksum() != sum_of({b, b}).checksum());
}

TEST_CASE("ids that are escaped differently are the same to the checksum") {
  CHECK(sum_of({hit(R"("\u00e9\/")", "{}")}) == sum_of({hit("\"\u00e9/\"", "{}")}));
}

TEST_CASE("sums of parts add up and come back from their text") {
  const Hit a = hit(R"("a")", "{}");
  const Hit b = hit(R"("b")", "{}");
  auto sum = sum_of({a});
  sum.add(sum_of({b}));
  CHECK(sum == sum_of({a, b}));
  CHECK(DocumentSum::from(2, sum.checksum()) == sum);
  CHECK_THROWS_AS(DocumentSum::from(2, "12"), core::Error);
  CHECK_THROWS_AS(DocumentSum::from(2, std::string(32, 'x')), core::Error);
}
