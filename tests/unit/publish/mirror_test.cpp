#include <catch2/catch.hpp>

#include "publish/mirror/firestore_value.hpp"
#include "publish/mirror/realtime_key.hpp"

TEST_CASE("a key that the Realtime Database would refuse is percent-encoded, any other is not") {
  CHECK(publish::realtime_key("athena-20261123T033000Z-0a1b2c") ==
        "athena-20261123T033000Z-0a1b2c");
  CHECK(publish::realtime_key("web.v2/[x]$#%\n") == "web%2Ev2%2F%5Bx%5D%24%23%25%0A");
  CHECK(publish::realtime_key("größe €") == "größe €");
  CHECK(json::dump(publish::with_realtime_keys(
            json::parse(R"({"a.b": [{"c/d": 1}, "e.f"], "g": null})", "test"))) ==
        R"({"a%2Eb":[{"c%2Fd":1},"e.f"],"g":null})");
}

TEST_CASE("JSON becomes Firestore's typed values") {
  CHECK(json::dump(publish::firestore_fields(json::parse(
            R"({"n": null, "b": true, "i": -12, "d": 0.5, "s": "x", "l": [1], "m": {"k": "v"}})",
            "test"))) ==
        R"({"n":{"nullValue":null},"b":{"booleanValue":true},"i":{"integerValue":"-12"},)"
        R"("d":{"doubleValue":0.5},"s":{"stringValue":"x"},)"
        R"("l":{"arrayValue":{"values":[{"integerValue":"1"}]}},)"
        R"("m":{"mapValue":{"fields":{"k":{"stringValue":"v"}}}}})");
}
