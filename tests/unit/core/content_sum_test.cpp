#include "core/content_sum.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

namespace {

core::Hash128 hash(std::initializer_list<const char*> parts) {
  core::RecordHash record;
  for (const char* part : parts) record.part(part);
  return record.take();
}

}  // namespace

TEST_CASE("a sum depends on its records, not on their order") {
  core::ContentSum a;
  a.add(hash({"x"}));
  a.add(hash({"y"}));
  core::ContentSum b;
  b.add(hash({"y"}));
  core::ContentSum c;
  c.add(hash({"x"}));
  b.add(c);
  CHECK(a == b);
  CHECK(a.count() == 2);
  b.add(hash({"x"}));
  CHECK(a.checksum() != b.checksum());
  b.remove(hash({"x"}));
  CHECK(a == b);
}

TEST_CASE("where one part ends and the next begins counts") {
  core::ContentSum a;
  a.add(hash({"a", "bc"}));
  core::ContentSum b;
  b.add(hash({"ab", "c"}));
  CHECK(a.checksum() != b.checksum());
}

TEST_CASE("a checksum is read back as it was written, and nothing else is") {
  core::ContentSum a;
  for (int i = 0; i < 100; ++i) a.add(hash({std::to_string(i).c_str()}));
  CHECK(core::ContentSum::from(100, a.checksum()) == a);
  for (const char* text : {"", "0123", "0123456789abcdef0123456789abcdeg"})
    CHECK_THROWS_AS(core::ContentSum::from(1, text), core::Error);
}
