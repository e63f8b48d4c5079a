#include "resources/elasticsearch/inventory.hpp"

#include <algorithm>
#include <charconv>

#include "json/value.hpp"
#include "resources/elasticsearch/scratch_names.hpp"

namespace resources::elasticsearch {

namespace {

// Figures come as texts, and as null for an index that is closed or red.
std::uint64_t figure(const json::Value& row, const std::string& key) {
  const auto* value = row.find(key);
  if (value == nullptr || !value->is_string()) return 0;
  std::uint64_t number = 0;
  const auto& text = value->as_string();
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string text_of(const json::Value& row, const std::string& key) {
  const auto* value = row.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

LiveIndex index_from(const json::Value& row) {
  LiveIndex index;
  index.name = text_of(row, "index");
  index.health = text_of(row, "health");
  index.closed = text_of(row, "status") == "close";
  index.documents = figure(row, "docs.count");
  index.deleted = figure(row, "docs.deleted");
  index.primary_bytes = figure(row, "pri.store.size");
  index.primaries = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, figure(row, "pri")));
  return index;
}

std::map<std::string, LiveIndex> list_indices(Cluster& cluster) {
  const auto rows = cluster.get_json(
      "/_cat/indices?format=json&expand_wildcards=all&bytes=b"
      "&h=index,health,status,docs.count,docs.deleted,pri.store.size,pri",
      "listing the indices");
  std::map<std::string, LiveIndex> indices;
  for (const auto& row : rows.as_array()) {
    auto index = index_from(row);
    indices[index.name] = std::move(index);
  }
  return indices;
}

// Moves the indices behind each data stream out of `indices` into its unit.
std::vector<Unit> take_streams(Cluster& cluster, std::map<std::string, LiveIndex>& indices) {
  std::vector<Unit> units;
  const bool opensearch = cluster.flavour() == Flavour::kOpensearch;  // has no hidden ones
  const auto answer =
      cluster.get_if_there(opensearch ? "/_data_stream" : "/_data_stream?expand_wildcards=all",
                           "listing the data streams");
  if (!answer) return units;
  for (const auto element : elements_of(member(*answer, "data_streams"))) {
    Unit unit;
    unit.data_stream = true;
    unit.name = decode_string(member(element, "name"));
    for (const auto part : elements_of(member(element, "indices"))) {
      const auto found = indices.find(decode_string(member(part, "index_name")));
      if (found == indices.end()) continue;
      unit.parts.push_back(found->second);
      indices.erase(found);
    }
    units.push_back(std::move(unit));
  }
  return units;
}

std::map<std::string, std::string> list_aliases(Cluster& cluster) {
  std::map<std::string, std::string> aliases;
  const auto rows = cluster.get_json("/_cat/aliases?format=json&expand_wildcards=all&h=alias,index",
                                     "listing the aliases");
  for (const auto& row : rows.as_array()) aliases[text_of(row, "alias")] = text_of(row, "index");
  return aliases;
}

template <typename Figure>
std::uint64_t sum_of(const std::vector<LiveIndex>& parts, Figure figure) {
  std::uint64_t sum = 0;
  for (const auto& part : parts) sum += part.*figure;
  return sum;
}

}  // namespace

std::uint64_t Unit::documents() const {
  return sum_of(parts, &LiveIndex::documents);
}

std::uint64_t Unit::primary_bytes() const {
  return sum_of(parts, &LiveIndex::primary_bytes);
}

const Unit* Inventory::find(const std::string& name) const {
  for (const auto& unit : units)
    if (unit.name == name) return &unit;
  return nullptr;
}

Inventory list_inventory(Cluster& cluster, bool scratch) {
  Inventory inventory;
  auto indices = list_indices(cluster);
  inventory.units = take_streams(cluster, indices);
  for (auto& [name, index] : indices)
    if (scratch || !is_scratch(name)) inventory.units.push_back({name, false, {index}});
  std::sort(inventory.units.begin(), inventory.units.end(),
            [](const Unit& a, const Unit& b) { return a.name < b.name; });
  inventory.aliases = list_aliases(cluster);
  return inventory;
}

Selected select(const Inventory& inventory, const IndexSelection& selection) {
  Selected selected;
  for (const auto& unit : inventory.units)
    if (selection.takes(unit.name))
      selected.units.push_back(unit);
    else
      selected.left_out.push_back(unit.name);
  return selected;
}

}  // namespace resources::elasticsearch
