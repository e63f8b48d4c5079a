#include "resources/elasticsearch/aside.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/units.hpp"
#include "core/worker_pool.hpp"
#include "resources/elasticsearch/index_mover.hpp"
#include "resources/elasticsearch/inventory.hpp"
#include "resources/elasticsearch/move_finish.hpp"
#include "resources/elasticsearch/move_work.hpp"
#include "resources/elasticsearch/templates.hpp"
#include "resources/elasticsearch/writer_guard.hpp"

namespace resources::elasticsearch {

namespace {

template <typename Which>
std::vector<Unit> beside(const SearchServers& servers, const Which& which) {
  std::vector<Unit> units;
  for (auto& unit : list_inventory(*servers.cluster, true).units)
    if (which(unit.name)) units.push_back(std::move(unit));
  return units;
}

template <typename Which>
void remove_beside(const SearchServers& servers, core::Context& context, const Which& which) {
  IndexChanges changes(*servers.cluster, *servers.once, context);
  for (const auto& unit : beside(servers, which)) {
    context.cancel.check();
    if (const auto found = look_at(*servers.cluster, unit.name))
      changes.remove(unit.name, found->uuid);
  }
}

void put_templates_back(Cluster& cluster, core::Context& context) {
  MoveRecords records(context.moves);
  const auto recorded = records.templates();
  if (!recorded) return;
  const auto check = [&] { context.lease.check(); };
  put_templates(cluster, recorded->before, check);
  remove_templates(cluster, recorded->added, check);
  records.forget_templates();
}

std::vector<IndexDefinition> definitions_of(const std::map<std::string, IndexMove>& moves) {
  std::vector<IndexDefinition> definitions;
  for (const auto& [index, move] : moves)
    if (!move.live.uuid.empty()) definitions.emplace_back(index, move.definition);
  return definitions;
}

}  // namespace

void move_back(const SearchServers& servers, core::Context& context) {
  MoveRecords records(context.moves);
  const auto moves = records.moves();
  const auto definitions = definitions_of(moves);
  WriterGuard guard(*servers.cluster, servers.names, context);
  guard.close(names_of(moves, {}));
  std::vector<core::Job> jobs;
  for (const auto& [index, move] : moves)
    jobs.emplace_back([&servers, &context, name = index, &move = move] {
      IndexMover(servers, context).move_back(name, move);
    });
  core::run_all(std::move(jobs), kMovesAtOnce, context.cancel);
  put_templates_back(*servers.cluster, context);
  finish_moved(*servers.cluster, definitions, context);
  guard.open();
  remove_beside(servers, context, [&](const auto& name) { return servers.names.is_aside(name); });
  for (const auto& [index, move] : moves) records.forget_move(index);
}

void check_aside_unused(const SearchServers& servers, core::Context& context) {
  for (const auto& [index, move] : MoveRecords(context.moves).moves()) {
    if (move.made_uuid.empty()) continue;
    const auto live = look_at(*servers.cluster, index);
    if (live && is_started(*servers.cluster, index)) continue;
    throw core::Error(
        core::ExitCode::kPrecondition,
        fmt::format("index {} is missing or red: what the restore replaced is kept", index),
        "bring its shards back, or restore an archive, then run the same again");
  }
}

void drop_aside(const SearchServers& servers, core::Context& context) {
  WriterGuard(*servers.cluster, servers.names, context).open();
  remove_beside(servers, context, [&](const auto& name) { return servers.names.is_aside(name); });
}

void unstage(const SearchServers& servers, core::Context& context) {
  remove_beside(servers, context, [&](const auto& name) {
    return servers.names.is_staged(name) || servers.names.is_rehearsed(name);
  });
  MoveRecords(context.moves).forget_staged();
}

std::vector<std::string> list_beside(const SearchServers& servers) {
  std::vector<std::string> lines;
  for (const auto& unit : beside(servers, [&](const auto& name) {
         return servers.names.is_staged(name) || servers.names.is_aside(name) ||
                servers.names.is_rehearsed(name);
       }))
    lines.push_back(fmt::format("index {} ({} documents, {})", unit.name, unit.documents(),
                                core::human_bytes(unit.primary_bytes())));
  return lines;
}

}  // namespace resources::elasticsearch
