#pragma once
// What stands on the servers now: every index and data stream, and which of them a selection takes.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/index_selection.hpp"
#include "resources/elasticsearch/json_ranges.hpp"

namespace resources::elasticsearch {

// One index as the server lists it.
struct LiveIndex {
  std::string name;
  std::string health;  // "green", "yellow", "red"
  bool closed = false;
  std::uint64_t documents = 0;  // Lucene's: nested ones count too
  std::uint64_t deleted = 0;
  std::uint64_t primary_bytes = 0;
  std::uint32_t primaries = 1;
};

// What is backed up and restored as one thing: an index, or a data stream with the indices behind
// it.
struct Unit {
  std::string name;
  bool data_stream = false;
  std::vector<LiveIndex> parts;

  std::uint64_t documents() const;
  std::uint64_t primary_bytes() const;
};

struct Inventory {
  std::vector<Unit> units;                     // by name; what a restore keeps beside is left out
  std::map<std::string, std::string> aliases;  // alias -> one of its indices
  const Unit* find(const std::string& name) const;
};

// `scratch`: with what restores keep beside the live indices.
Inventory list_inventory(Cluster& cluster, bool scratch = false);

struct Selected {
  std::vector<Unit> units;
  std::vector<std::string> left_out;
};
Selected select(const Inventory& inventory, const IndexSelection& selection);

}  // namespace resources::elasticsearch
