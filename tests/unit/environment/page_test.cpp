#include <catch2/catch.hpp>

#include "core/unique_fd.hpp"
#include "environment/schema_text.hpp"
#include "json/value.hpp"

namespace {

// "tls.mode" for properties of a nested object, as the page writes them.
void check_explained(const json::Value& rule, const std::string& prefix, const std::string& page) {
  const json::Value* properties = rule.find("properties");
  if (properties == nullptr) return;
  for (const auto& [key, node] : properties->as_object()) {
    const std::string name = prefix + key;
    CAPTURE(name);
    if (node.find("properties") == nullptr) CHECK(page.find("`" + name + "`") != std::string::npos);
    check_explained(node, name + ".", page);
  }
}

}  // namespace

TEST_CASE("the page explains every key of the schema") {
  const std::string page = core::read_file(SOURCE_FOLDER "/docs/environment.md");
  const json::Value schema = json::parse(environment::schema_text(), "schema");
  const json::Value& top = schema.at("properties");
  for (const auto& [name, rule] : top.as_object()) {
    CAPTURE(name);
    CHECK(page.find("`" + name + "`") != std::string::npos);
    if (name != "resources") check_explained(rule, "", page);
  }
  for (const auto& [name, rule] : top.at("resources").at("properties").as_object()) {
    const auto heading = page.find("### `" + name + "`");
    CAPTURE(name);
    REQUIRE(heading != std::string::npos);
    check_explained(rule, "", page.substr(heading, page.find("\n### ", heading + 1) - heading));
  }
}
