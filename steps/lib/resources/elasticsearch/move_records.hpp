#pragma once
// What a restore writes down of each index before it moves it, typed; kept as JSON in the record of
// moves. It tells what was meant. Where an index really is, the servers show.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/elasticsearch/known_index.hpp"

namespace resources::elasticsearch {

// Of an index beside the live ones whose documents equal the archive.
struct StagedIndex {
  KnownIndex known;
};

struct IndexMove {
  // The last live state, empty where there was none: then nothing of that name is kept.
  KnownIndex live;
  std::string definition;  // its settings and aliases, see IndexDefinition::without_mappings()
  std::string aside_uuid;  // of its copy, once that is complete and equal
  KnownIndex staged;       // what takes the name; empty: nothing does
  std::string made_uuid;   // of the copy of `staged` under the live name, once complete
  std::string back_uuid;   // of the copy of the aside under the live name, once complete
  // A request to remove an index of this name was not answered, and may still come.
  bool in_doubt = false;
};

class MoveRecords {
 public:
  explicit MoveRecords(core::MoveRecord& moves) : m_moves(moves) {}

  std::map<std::string, StagedIndex> staged() const;  // by live name, as all of these
  void record(const std::string& index, const StagedIndex& staged);
  void forget_staged();

  std::map<std::string, IndexMove> moves() const;
  void record(const std::string& index, const IndexMove& move);
  void forget_move(const std::string& index);

  // Templates and pipelines as they were, and which ones the archive adds.
  struct Templates {
    std::string before;
    std::vector<std::string> added;  // "index_templates/logs"
  };
  std::optional<Templates> templates() const;
  void record(const Templates& templates);
  void forget_templates();

 private:
  core::MoveRecord& m_moves;
};

}  // namespace resources::elasticsearch
