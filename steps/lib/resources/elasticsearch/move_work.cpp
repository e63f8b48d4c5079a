#include "resources/elasticsearch/move_work.hpp"

#include <algorithm>

#include "core/worker_pool.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/index_mover.hpp"
#include "resources/elasticsearch/move_finish.hpp"
#include "resources/elasticsearch/templates.hpp"
#include "resources/elasticsearch/writer_guard.hpp"

namespace resources::elasticsearch {

namespace {

LoadScope streams_only() {
  LoadScope scope;
  scope.indices = false;
  return scope;
}

std::vector<IndexDefinition> definitions_of(const archive::ArchiveReader& archive) {
  std::vector<IndexDefinition> definitions;
  const ArchivedUnits archived(archive);
  for (const auto& unit : archived.all())
    if (unit.definition != nullptr)
      definitions.emplace_back(unit.name, archive.read(*unit.definition));
  return definitions;
}

class Recorder {
 public:
  Recorder(const SearchServers& servers, const std::map<std::string, std::string>& sequences,
           core::Context& context)
      : m_servers(servers), m_sequences(sequences), m_records(context.moves) {
    m_moves = m_records.moves();
    m_staged = m_records.staged();
    m_is_moving = std::any_of(m_moves.begin(), m_moves.end(),
                              [](const auto& one) { return !one.second.aside_uuid.empty(); });
  }

  // `live`: null where there is none, or where it cannot be copied.
  void record(const std::string& index, const LiveIndex* live) {
    const auto known = m_moves.find(index);
    auto move = known == m_moves.end() ? IndexMove{} : known->second;
    // while anything is aside, what has a live name is half of a restore
    if (known == m_moves.end() && live != nullptr && !m_is_moving && live->health != "red")
      keep(index, move);
    const auto staged = m_staged.find(index);
    move.staged = staged == m_staged.end() ? KnownIndex{} : staged->second.known;
    m_records.record(index, move);
  }

 private:
  void keep(const std::string& index, IndexMove& move) {
    const auto definition = IndexDefinition::fetch(*m_servers.cluster, index);
    move.live.uuid = definition.setting("index.uuid");
    const auto checked = m_sequences.find(index);
    move.live.sequence =
        checked == m_sequences.end() ? sequence_of(*m_servers.cluster, index) : checked->second;
    move.definition = definition.without_mappings();
  }

  const SearchServers& m_servers;
  const std::map<std::string, std::string>& m_sequences;
  MoveRecords m_records;
  std::map<std::string, IndexMove> m_moves;
  std::map<std::string, StagedIndex> m_staged;
  bool m_is_moving = false;
};

void record_templates(Cluster& cluster, const std::string& archived, core::Context& context) {
  MoveRecords records(context.moves);
  if (archived.empty() || records.templates()) return;
  const auto before = fetch_templates(cluster);
  records.record(MoveRecords::Templates{before, templates_added(before, archived)});
}

}  // namespace

std::vector<std::string> prepare_move(const SearchServers& servers, const ArchivedUnits& archived,
                                      const std::map<std::string, std::string>& sequences,
                                      const std::string& archived_templates,
                                      core::Context& context) {
  record_templates(*servers.cluster, archived_templates, context);
  const auto inventory = list_inventory(*servers.cluster);
  Recorder recorder(servers, sequences, context);
  std::vector<std::string> gone;
  std::vector<Unit> streams;
  for (const auto& unit : doomed(inventory, archived)) {
    require_exact(unit.name);
    if (archived.find(unit.name) == nullptr) gone.push_back(unit.name);
    if (unit.data_stream)
      streams.push_back(unit);
    else
      recorder.record(unit.name, &unit.parts.front());
  }
  for (const auto& unit : archived.all())
    if (!unit.data_stream && inventory.find(unit.name) == nullptr)
      recorder.record(unit.name, nullptr);
  for (const auto& stream : streams)
    remove_unit(*servers.cluster, stream.name, true, context.lease);
  return gone;
}

std::set<std::string> names_of(const std::map<std::string, IndexMove>& moves,
                               const std::vector<IndexDefinition>& coming) {
  std::set<std::string> names;
  const auto add_aliases = [&](const IndexDefinition& definition) {
    for (const auto& alias : definition.aliases()) names.insert(alias);
  };
  for (const auto& [index, move] : moves) {
    names.insert(index);
    if (!move.definition.empty()) add_aliases(IndexDefinition(index, move.definition));
  }
  for (const auto& definition : coming) add_aliases(definition);
  return names;
}

std::map<std::string, KnownIndex> moved_in(core::Context& context) {
  std::map<std::string, KnownIndex> known;
  for (const auto& [index, move] : MoveRecords(context.moves).moves())
    if (!move.made_uuid.empty() && move.back_uuid.empty())
      known[index] = {move.made_uuid, move.staged.sequence};
  return known;
}

MoveWork::MoveWork(SearchServers servers, const archive::ArchiveReader& archive,
                   core::Context& context)
    : m_servers(std::move(servers)),
      m_context(context),
      m_definitions(definitions_of(archive)),
      m_in_place(m_servers.cluster, archive, context, streams_only()) {}

void MoveWork::move_all() {
  const auto moves = MoveRecords(m_context.moves).moves();
  WriterGuard guard(*m_servers.cluster, m_servers.names, m_context);
  guard.close(names_of(moves, m_definitions));
  std::vector<core::Job> jobs;
  for (const auto& [index, move] : moves)
    jobs.emplace_back([this, name = index, &move = move] {
      IndexMover(m_servers, m_context).move_in(name, move);
    });
  core::run_all(std::move(jobs), kMovesAtOnce, m_context.cancel);
  finish_moved(*m_servers.cluster, m_definitions, m_context);
  guard.open();
}

json::Value MoveWork::finish() {
  auto report = m_in_place.finish();
  move_all();
  IndexChanges changes(*m_servers.cluster, *m_servers.once, m_context);
  for (const auto& definition : m_definitions) {
    const auto staged = m_servers.names.staged(definition.name());
    if (const auto found = look_at(*m_servers.cluster, staged)) changes.remove(staged, found->uuid);
  }
  report.set("moved", static_cast<std::uint64_t>(m_definitions.size()));
  return report;
}

}  // namespace resources::elasticsearch
