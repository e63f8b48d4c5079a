#include "resources/firebase/firestore_document.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/firebase/firestore_names.hpp"

using namespace resources::firebase;

namespace {

std::string hash(const std::string& object, const std::string& project = "demo") {
  core::ContentSum sum;
  sum.add(hash_of(parse_document(object), project));
  return sum.checksum();
}

std::string document(const std::string& fields, const std::string& path = "a/b",
                     const std::string& project = "demo") {
  return R"({"name":"projects/)" + project + "/databases/d/documents/" + path + R"(","fields":{)" +
         fields + "}}";
}

}  // namespace

TEST_CASE("a document becomes one line that holds the server's own bytes") {
  std::string chunk;
  append_line(chunk,
              parse_document("{\n  \"name\": \"projects/p/databases/d/documents/a/b\",\n"
                             "  \"fields\": {\n    \"x y\": { \"stringValue\": \"a\\n \\\" b\" },\n"
                             "    \"n\": {\"doubleValue\": 1.0E20}\n  },\n"
                             "  \"createTime\": \"2026-01-01T00:00:00Z\"\n}"));
  CHECK(chunk ==
        "{\"name\":\"projects/p/databases/d/documents/a/b\",\"fields\":{\"x y\":{\"stringValue\":"
        "\"a\\n \\\" b\"},\"n\":{\"doubleValue\":1.0E20}}}\n");
  chunk.clear();
  append_line(chunk, parse_document(R"({"name":"projects/p/databases/d/documents/a/b"})"));
  CHECK(chunk == "{\"name\":\"projects/p/databases/d/documents/a/b\"}\n");
}

TEST_CASE("an answer without the name of a document is refused") {
  CHECK_THROWS_AS(parse_document(R"({"fields":{}})"), core::Error);
  CHECK_THROWS_AS(relative_path("projects/p/databases/d"), core::Error);
}

TEST_CASE("equal documents have one checksum however they are written") {
  const auto plain = hash(document(R"("a":{"integerValue":"1"},"b":{"mapValue":{"fields":{"x":)"
                                   R"({"booleanValue":true},"y":{"nullValue":null}}}})"));
  CHECK(plain == hash(document(R"( "b": {"mapValue":{"fields":{"y":{"nullValue":null},)"
                               R"("\u0078":{"booleanValue":true}}}}, "a":{"integerValue":"1"})")));
  CHECK(hash(document(R"("d":{"doubleValue":1.0E20})")) ==
        hash(document(R"("d":{"doubleValue":1e+20})")));
  CHECK(hash(document(R"("t":{"timestampValue":"2020-01-01T00:00:00.500Z"})")) ==
        hash(document(R"("t":{"timestampValue":"2020-01-01T00:00:00.5Z"})")));
  CHECK(hash(document(R"("r":{"referenceValue":"projects/demo/databases/d/documents/x/y"})")) ==
        hash(document(R"("r":{"referenceValue":"projects/other/databases/d/documents/x/y"})", "a/b",
                      "other"),
             "other"));
}

TEST_CASE("documents that differ in anything have different checksums") {
  const std::vector<std::string> all{
      document(R"("a":{"integerValue":"1"})"),
      document(R"("a":{"doubleValue":1.0})"),
      document(R"("a":{"stringValue":"1"})"),
      document(R"("a":{"doubleValue":0.0})"),
      document(R"("a":{"doubleValue":-0.0})"),
      document(R"("a":{"doubleValue":"NaN"})"),
      document(R"("a":{"stringValue":"NaN"})"),
      document(R"("a":{"bytesValue":"AA=="})"),
      document(R"("a":{"arrayValue":{}})"),
      document(R"("a":{"mapValue":{}})"),
      document(R"("a":{"nullValue":null})"),
      document(R"("b":{"integerValue":"1"})"),
      document(R"("a":{"integerValue":"1"})", "a/c"),
      document(R"("a":{"referenceValue":"projects/demo/databases/d/documents/x/y"})"),
      document(R"("a":{"referenceValue":"projects/demo2/databases/d/documents/x/y"})"),
      document(R"("a":{"arrayValue":{"values":[{"integerValue":"1"},{"integerValue":"2"}]}})"),
      document(R"("a":{"arrayValue":{"values":[{"integerValue":"2"},{"integerValue":"1"}]}})"),
      R"({"name":"projects/demo/databases/d/documents/a/b"})"};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size(); ++k) {
      CAPTURE(all[i], all[k]);
      CHECK(hash(all[i]) != hash(all[k]));
    }
}

TEST_CASE("a document moves to another project with its references, and with nothing else") {
  const std::string line =
      document(R"("r":{"referenceValue":"projects/old/databases/d/documents/x/y"},)"
               R"("s":{"stringValue":"\"referenceValue\":\"projects/old/"},)"
               R"("o":{"referenceValue":"projects/older/databases/d/documents/x/y"})",
               "a/b", "old");
  CHECK(moved(line, "old", "new") ==
        document(R"("r":{"referenceValue":"projects/new/databases/d/documents/x/y"},)"
                 R"("s":{"stringValue":"\"referenceValue\":\"projects/old/"},)"
                 R"("o":{"referenceValue":"projects/older/databases/d/documents/x/y"})",
                 "a/b", "new"));
  CHECK(moved(line, "old", "old") == line);
}

TEST_CASE("a collection's kind leaves the names of documents out") {
  CHECK(collection_shape("users/7") == "users");
  CHECK(collection_shape("users/7/orders/1") == "users/*/orders");
  CHECK(collection_shape("a/b/c/d/e/f") == "a/*/c/*/e");
}

TEST_CASE("below a place lies the place itself and what is behind its slash") {
  CHECK(lies_below("backups/athena", "backups/athena"));
  CHECK(lies_below("backups/athena/archives/1", "backups/athena"));
  CHECK_FALSE(lies_below("backups/athena2", "backups/athena"));
  CHECK_FALSE(lies_below("backups", "backups/athena"));
  CHECK_FALSE(lies_below("backups/athena", ""));
}
