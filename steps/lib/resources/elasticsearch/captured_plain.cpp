#include "resources/elasticsearch/captured_plain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/elasticsearch/index_definition.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/elasticsearch/templates.hpp"

namespace resources::elasticsearch {

const char* distribution_of(Cluster& cluster) {
  return cluster.flavour() == Flavour::kOpensearch ? "opensearch" : "elasticsearch";
}

void put_definitions(Cluster& cluster, const std::vector<Unit>& units, archive::ChunkSink& sink) {
  const auto put = [&](archive::ChunkName name, std::string text) {
    sink.put(std::move(name), archive::encode_plain(std::move(text)));
  };
  put(templates_name(), fetch_templates(cluster));
  for (const auto& unit : units) {
    if (unit.data_stream)
      put(stream_name(unit.name), cluster.get("/_data_stream" + path_of(unit.name, "?pretty=true"),
                                              "reading data stream " + unit.name));
    else
      put(definition_name(unit.name, unit.name), IndexDefinition::fetch(cluster, unit.name).text());
  }
}

void note_left_out(core::Context& context, const std::vector<std::string>& left_out) {
  constexpr std::size_t kShown = 20;
  if (left_out.empty()) return;
  const auto shown = left_out.begin() + std::min(kShown, left_out.size());
  context.progress.note(fmt::format(
      "elasticsearch: left out by the patterns: {}{}", fmt::join(left_out.begin(), shown, ", "),
      left_out.size() > kShown ? fmt::format(" and {} more", left_out.size() - kShown) : ""));
}

json::Value describe(Cluster& cluster, const IndexSelection& selection,
                     const std::vector<std::string>& left_out) {
  json::Value detail = selection.to_json();
  detail.set("distribution", distribution_of(cluster));
  detail.set("server_version", cluster.version());
  json::Value names = json::Value::array();
  for (const auto& name : left_out) names.push_back(name);
  detail.set("left_out", std::move(names));
  return detail;
}

}  // namespace resources::elasticsearch
