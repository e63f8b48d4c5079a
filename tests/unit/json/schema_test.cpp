#include "json/schema.hpp"

#include <catch2/catch.hpp>

#include "json/schema_message.hpp"

namespace {

using Lines = std::vector<std::string>;

// Violations of a document whose key `v` must follow `rule`.
Lines violations(const std::string& rule, const std::string& value) {
  return json::validate(json::parse("{\"v\":" + value + "}", "document"),
                        R"({"type":"object","properties":{"v":)" + rule + "}}");
}

}  // namespace

TEST_CASE("each kind of violation has its words and its place") {
  CHECK(violations(R"({"type":"integer"})", "\"3306\"") == Lines{"/v: must be integer"});
  CHECK(violations(R"({"type":"object"})", "1") == Lines{"/v: must be an object"});
  CHECK(violations(R"({"type":"array"})", "1") == Lines{"/v: must be a list"});
  CHECK(violations(R"({"type":["string","boolean"]})", "1") ==
        Lines{"/v: must be string or boolean"});
  CHECK(violations(R"({"enum":["lock","refuse"]})", "\"x\"") ==
        Lines{"/v: must be one of lock, refuse"});
  CHECK(violations(R"({"enum":[1,null]})", "\"x\"") == Lines{"/v: must be one of 1, null"});
  CHECK(violations(R"({"type":"string","pattern":"^[a-z]+$"})", "\"A\"") ==
        Lines{"/v: must match ^[a-z]+$"});
  CHECK(violations(R"({"type":"integer","minimum":1})", "0") == Lines{"/v: must be at least 1"});
  CHECK(violations(R"({"type":"integer","maximum":9})", "10") == Lines{"/v: must be at most 9"});
  CHECK(violations(R"({"type":"string","minLength":1})", "\"\"") == Lines{"/v: must not be empty"});
  CHECK(violations(R"({"type":"string","minLength":2})", "\"a\"") ==
        Lines{"/v: must have at least 2 characters"});
  CHECK(violations(R"({"type":"string","maxLength":1})", "\"ab\"") ==
        Lines{"/v: must have at most 1 character"});
  CHECK(violations(R"({"type":"array","minItems":1})", "[]") == Lines{"/v: must not be empty"});
  CHECK(violations(R"({"type":"array","minItems":2})", "[1]") ==
        Lines{"/v: must have at least 2 items"});
  CHECK(violations(R"({"type":"array","maxItems":1})", "[1,2]") ==
        Lines{"/v: must have at most 1 item"});
  CHECK(violations(R"({"type":"array","uniqueItems":true})", "[1,2,1]") ==
        Lines{"/v/2: is in the list twice"});
  CHECK(violations(R"({"type":"object","minProperties":1})", "{}") ==
        Lines{"/v: must have at least 1 key"});
  CHECK(violations(R"({"type":"object","maxProperties":1})", R"({"a":1,"b":2})") ==
        Lines{"/v: must have at most 1 key"});
  CHECK(violations(R"({"not":{}})", "1") == Lines{"/v: breaks the schema's rule 'not'"});
}

TEST_CASE("a missing key is named by the place where it should stand") {
  CHECK(violations(R"({"type":"object","required":["a","b"]})", R"({"b":1})") ==
        Lines{"/v/a: is missing"});
  CHECK(json::validate(json::Value::object(), R"({"required":["a"]})") == Lines{"/a: is missing"});
}

TEST_CASE("an unknown key is named with the nearest known one") {
  const std::string rule = R"({"type":"object","additionalProperties":false,
                               "properties":{"port":{},"password":{},"host":{}}})";
  CHECK(violations(rule, R"({"prot":1})") ==
        Lines{"/v/prot: is not a known key; did you mean port?"});
  CHECK(violations(rule, R"({"Pasword":1})") ==
        Lines{"/v/Pasword: is not a known key; did you mean password?"});
  CHECK(violations(rule, R"({"colour":1})") ==
        Lines{"/v/colour: is not a known key; known here: port, password, host"});
}

TEST_CASE("every violation is reported, each at its own place and once") {
  const std::string rule = R"({"type":"object","additionalProperties":false,"required":["a","l"],
      "properties":{"a":{"type":"integer"},"l":{"type":"array","minItems":1,
                    "items":{"type":"string"}},"z":{"type":"object","minProperties":1,
                    "additionalProperties":false}}})";
  CHECK(violations(rule, R"({"a":"x","l":[1,"ok",2,3],"x~/":0,"z":{"q":1}})") ==
        Lines{"/v/a: must be integer", "/v/l/0: must be string", "/v/l/2: must be string",
              "/v/l/3: must be string", "/v/x~0~1: is not a known key; known here: a, l, z",
              "/v/z/q: is not a known key; known here: "});
  CHECK(violations(rule, R"({"l":[]})") == Lines{"/v/l: must not be empty", "/v/a: is missing"});
}

TEST_CASE("a schema may say a rule in its own words, also through a reference") {
  const json::Value document = json::parse(R"({"v":"hunter2"})", "document");
  CHECK(json::validate(document, R"({"definitions":{"s":{"type":"object",
        "messages":{"type":"must be a reference"}}},"properties":{"v":{"$ref":"#/definitions/s"}}})") ==
        Lines{"/v: must be a reference"});
}

TEST_CASE("a valid document has no violations, and a wrong root is the only one") {
  CHECK(violations(R"({"type":"integer"})", "1").empty());
  CHECK(json::validate(json::Value(7), R"({"type":"object"})") == Lines{"/: must be an object"});
}

TEST_CASE("only a name that is near enough is suggested") {
  CHECK(json::nearest_name("datbases", {"databases", "host"}) == "databases");
  CHECK(json::nearest_name("x", {"y", "host"}).empty());
  CHECK(json::nearest_name("completely_other", {"databases"}).empty());
}
