#pragma once
// Settings, mappings and aliases of one index: as the archive keeps them, as an index is made from
// them, and how two of them differ. Mappings and aliases stay the bytes that the server gave.

#include <string>
#include <utility>
#include <vector>

#include "json/value.hpp"
#include "resources/elasticsearch/cluster.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// What an index can be told about its _source, worst first.
enum class SourceMode { kDisabled, kFiltered, kSynthetic, kStored };

class IndexDefinition {
 public:
  // The answer of GET /<name>?flat_settings=true. Throws Error(kIntegrity) when it is not there.
  IndexDefinition(std::string name, std::string answer);
  static IndexDefinition fetch(Cluster& cluster, const std::string& name);

  const std::string& name() const { return m_name; }
  const std::string& text() const { return m_answer; }  // what the archive keeps

  SourceMode source_mode() const;
  bool blocks(const std::string& what) const;  // index.blocks.<what> is true
  // A mounted searchable snapshot, or a follower of another cluster's index: its documents belong
  // to another store, and an index like it takes none.
  bool is_borrowed() const;
  std::vector<std::string> aliases() const;
  std::string setting(const std::string& key) const;  // empty when absent or a list
  // The value of "dynamic" that the mapping states, as JSON; empty when it states none, or false.
  // While documents are loaded it is false: one that was let in under an earlier value would be
  // refused, or would add fields.
  std::string dynamic() const;

  // Body of PUT /<name>: what the server sets itself left out; no refresh, no replicas, no
  // pipelines, nothing that keeps a shard off a node or a write waiting, every write on disk before
  // it is answered. `hidden`: patterns do not find the index.
  std::string create_body(bool hidden = false) const;
  // Body of PUT /<name>/_settings: what create_body() and settings_while_loading() held back.
  std::string settings_after_load() const;
  // The same for an index that stays beside the live one, and what then is left for its copy under
  // the live name, which also loses its block of writes.
  std::string settings_beside() const;
  std::string settings_after_move() const;
  // Settings of a copy that stays beside: hidden, without replicas, without lifecycle and filters.
  std::string settings_of_copy() const;
  // The same for blocks, which come last of all; empty when there are none.
  std::string blocks_body() const;
  // Entries of the list in POST /_aliases: {"add": {...}}, one per alias.
  std::vector<std::string> alias_actions() const;

  // For people; empty when nothing differs.
  std::vector<Difference> compare(const IndexDefinition& live) const;
  // The same of an index beside the live one: what is put there only when it is moved is left out.
  std::vector<Difference> compare_beside(const IndexDefinition& staged) const;
  // {"<name>": {"settings", "aliases", "mappings": {}}}: what a copy does not keep.
  std::string without_mappings() const;

 private:
  std::vector<Difference> compare_settings(const IndexDefinition& live, bool beside) const;

  std::string_view part(const std::string& key) const;

  std::string m_name;
  std::string m_answer;
  json::Value m_settings;
};

// Body of PUT /<name>/_mapping; `value` is JSON.
std::string mapping_with_dynamic(std::string_view value);
// Body of PUT /<name>/_settings before documents are loaded.
std::string settings_while_loading();
// The way back from it, for an index that is to have `settings`, flat.
std::string settings_after_load(std::string_view settings);
// Equal but for the order of keys and the white space.
bool same_json(std::string_view a, std::string_view b);

}  // namespace resources::elasticsearch
