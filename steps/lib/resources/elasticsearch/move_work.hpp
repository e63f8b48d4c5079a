#pragma once
// The move of a restore. Parts in place come first: what is behind data streams is loaded as a
// restore without staging does. Then live indices go aside and staged ones take their names.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "resources/elasticsearch/inventory.hpp"
#include "resources/elasticsearch/move_records.hpp"
#include "resources/elasticsearch/restore_work.hpp"
#include "resources/elasticsearch/search_servers.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// Records every live index that the archive replaces, and what replaces it; removes the data
// streams that it replaces. Returns the names that the archive does not bring back.
std::vector<std::string> prepare_move(const SearchServers& servers, const ArchivedUnits& archived,
                                      const std::map<std::string, std::string>& sequences,
                                      const std::string& archived_templates,
                                      core::Context& context);

class MoveWork final : public Work {
 public:
  // `archive` must outlive this.
  MoveWork(SearchServers servers, const archive::ArchiveReader& archive, core::Context& context);

  std::vector<Task> plan() override { return m_in_place.plan(); }
  void run(const Task& item) override { m_in_place.run(item); }
  json::Value finish() override;

 private:
  void move_all();

  SearchServers m_servers;
  core::Context& m_context;
  std::vector<IndexDefinition> m_definitions;
  RestoreWork m_in_place;
};

// Of all indices of the move, as they were and as they come.
std::set<std::string> names_of(const std::map<std::string, IndexMove>& moves,
                               const std::vector<IndexDefinition>& coming);

// What has been moved in and not changed since its staged proof need not be read again.
std::map<std::string, KnownIndex> moved_in(core::Context& context);

inline constexpr std::size_t kMovesAtOnce = 12;

}  // namespace resources::elasticsearch
