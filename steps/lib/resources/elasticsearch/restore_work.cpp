#include "resources/elasticsearch/restore_work.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/index_maker.hpp"
#include "resources/elasticsearch/json_ranges.hpp"
#include "resources/elasticsearch/templates.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr std::size_t kAnswerBytes = std::size_t{2} << 20;
constexpr std::uint64_t kLastBytes = std::uint64_t{24} << 20;  // of a unit, refreshed at the end

}  // namespace

RestoreWork::RestoreWork(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
                         core::Context& context, LoadScope scope)
    : m_cluster(std::move(cluster)),
      m_archive(archive),
      m_context(context),
      m_scope(std::move(scope)),
      m_archived(archive) {
  for (const auto& unit : m_archived.all()) {
    if (!takes(unit)) continue;
    if (unit.definition != nullptr) m_definitions.emplace_back(unit.name, read(*unit.definition));
    for (const auto* member : unit.documents) m_chunks[member->name] = {&unit, member};
  }
  if (!m_scope.beside) put_templates_back();
  IndexMaker maker(*m_cluster, m_context, m_scope);
  maker.make(m_definitions);
  for (const auto& unit : m_archived.all())
    if (unit.data_stream && takes(unit)) maker.make_stream(unit.name);
}

std::string RestoreWork::read(const archive::Member& member) const {
  const auto charge =
      m_context.memory.acquire(member.plain_size + member.stored_size, m_context.cancel);
  return m_archive.read(member);
}

bool RestoreWork::once(const std::string& item) const {
  return !m_context.journal.is_done(kResource, item);
}

bool RestoreWork::takes(const ArchivedUnit& unit) const {
  return unit.data_stream ? m_scope.streams : m_scope.indices;
}

// What is loaded beside is not loaded under the live name.
std::string RestoreWork::key_of(const std::string& member) const {
  return m_scope.beside ? "beside " + member : member;
}

void RestoreWork::put_templates_back() {
  if (m_archived.templates() == nullptr || !once("templates")) return;
  put_templates(*m_cluster, read(*m_archived.templates()), [this] { m_context.lease.check(); });
  m_context.journal.done(kResource, "templates");
}

std::vector<Task> RestoreWork::plan() {
  std::vector<Task> items;
  for (const auto& [name, chunk] : m_chunks) {
    if (!once(key_of(name))) continue;
    items.push_back({name, chunk.second->plain_size});
    m_left[chunk.first->name] += chunk.second->plain_size;
  }
  return items;
}

void RestoreWork::run(const Task& item) {
  const auto& [unit, member] = m_chunks.at(item.id);
  const auto charge = m_context.memory.acquire(
      member->plain_size + member->stored_size + kAnswerBytes, m_context.cancel);
  const auto plain = m_archive.read(*member);
  m_context.lease.check();
  BulkLoader loader(*m_cluster, m_scope.place(unit->name), unit->data_stream);
  loader.load(plain, layout_from(member->meta.get_string("layout")), member->rows.value_or(0));
  m_context.journal.done(kResource, key_of(item.id));
  m_context.progress.advance(kResource, member->plain_size);
  refresh_beside(unit->name, member->plain_size);
}

// The server writes what it was given with one thread in a refresh: all but the last of it is
// written while others still load.
void RestoreWork::refresh_beside(const std::string& unit, std::uint64_t loaded) {
  const auto before = m_left.at(unit).fetch_sub(loaded);
  if (before <= kLastBytes || before - loaded > kLastBytes) return;
  try {
    refresh(m_scope.place(unit));
  } catch (const Error& error) {  // too busy for it now: the one at the end has to succeed
    core::log_debug(error.what());
  }
}

void RestoreWork::refresh(const std::string& name) {
  m_cluster->call("POST", path_of(name, "/_refresh"), {}, "refreshing " + name);
}

void RestoreWork::put_settings(const std::string& name, const std::string& body,
                               const std::string& what) {
  m_context.lease.check();
  m_cluster->call("PUT", path_of(name, "/_settings"), body, what);
}

void RestoreWork::put_dynamic_back(const IndexDefinition& definition) {
  const auto dynamic = definition.dynamic();
  if (dynamic.empty()) return;
  m_context.lease.check();
  m_cluster->call("PUT", path_of(m_scope.place(definition.name()), "/_mapping"),
                  mapping_with_dynamic(dynamic),
                  "putting the mapping of " + definition.name() + " back");
}

// A run that goes on after one that ended here finds the block of writes in the way of nothing.
void RestoreWork::finish_beside(const IndexDefinition& definition) {
  const auto name = m_scope.place(definition.name());
  refresh(name);
  put_dynamic_back(definition);
  put_settings(name, definition.settings_beside(), "putting the settings of " + name + " back");
  put_settings(name, R"({"index.blocks.write":true})", "blocking writes to " + name);
}

void RestoreWork::finish_index(const IndexDefinition& definition) {
  const auto& name = definition.name();
  refresh(name);
  put_dynamic_back(definition);
  put_settings(name, definition.settings_after_load(), "putting the settings of " + name + " back");
}

void RestoreWork::finish_stream(const ArchivedUnit& unit) {
  refresh(unit.name);
  put_settings(unit.name, stream_settings_after_load(m_context.journal, unit.name),
               "putting the settings of data stream " + unit.name + " back");
}

// In one call: an alias never stands on half of its indices.
void RestoreWork::put_aliases() {
  std::string actions;
  for (const auto& definition : m_definitions)
    for (const auto& action : definition.alias_actions())
      actions += (actions.empty() ? "" : ",") + action;
  if (actions.empty()) return;
  m_context.lease.check();
  m_cluster->call("POST", "/_aliases", fmt::format(R"({{"actions":[{}]}})", actions),
                  "putting the aliases back");
}

// Blocks come last; a run that goes on after one that ended among them takes them off again.
void RestoreWork::finish_in_place() {
  for (const auto& definition : m_definitions)
    if (!definition.blocks_body().empty())
      remove_blocks(*m_cluster, definition.name(), m_context.lease);
  for (const auto& definition : m_definitions) finish_index(definition);
  for (const auto& unit : m_archived.all())
    if (unit.data_stream && takes(unit)) finish_stream(unit);
  put_aliases();
  for (const auto& definition : m_definitions)
    if (const auto blocks = definition.blocks_body(); !blocks.empty())
      put_settings(definition.name(), blocks,
                   "putting the blocks of " + definition.name() + " back");
}

json::Value RestoreWork::finish() {
  if (m_scope.beside)
    for (const auto& definition : m_definitions) finish_beside(definition);
  else
    finish_in_place();
  json::Value report;
  std::uint64_t documents = 0;
  std::uint64_t units = 0;
  for (const auto& unit : m_archived.all()) {
    if (!takes(unit)) continue;
    documents += unit.sum.count();
    ++units;
  }
  report.set("indices", units);
  report.set("documents", documents);
  return report;
}

}  // namespace resources::elasticsearch
