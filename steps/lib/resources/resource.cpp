#include "resources/resource.hpp"

namespace resources {

json::Value to_json(const std::vector<Difference>& differences) {
  json::Value list = json::Value::array();
  for (const auto& [object, expected, found] : differences) {
    json::Value entry;
    entry.set("object", object);
    entry.set("expected", expected);
    entry.set("found", found);
    list.push_back(std::move(entry));
  }
  json::Value finished;
  finished.set("differences", std::move(list));
  return finished;
}

std::vector<Difference> differences_from(const json::Value& finished) {
  std::vector<Difference> differences;
  for (const auto& entry : finished.at("differences").as_array())
    differences.push_back(
        {entry.get_string("object"), entry.get_string("expected"), entry.get_string("found")});
  return differences;
}

}  // namespace resources
