#include "resources/elasticsearch/stage_work.hpp"

#include "core/worker_pool.hpp"
#include "resources/elasticsearch/index_changes.hpp"
#include "resources/elasticsearch/template_rehearsal.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::size_t kCopiesAtOnce = 4;  // users work

std::string uuid_key(const std::string& staged) {
  return "uuid of " + staged;
}

}  // namespace

StageWork::StageWork(SearchServers servers, const archive::ArchiveReader& archive,
                     core::Context& context)
    : m_servers(std::move(servers)), m_context(context), m_archived(archive) {
  if (const auto* templates = m_archived.templates())
    rehearse_templates(*m_servers.cluster, archive.read(*templates));
  for (const auto& unit : m_archived.all())
    if (!unit.data_stream) forget_lost(unit);
  LoadScope scope;
  scope.streams = false;
  scope.maker_template = m_servers.names.maker_template();
  scope.beside = [this](const std::string& index) { return m_servers.names.staged(index); };
  m_load = std::make_unique<RestoreWork>(m_servers.cluster, archive, m_context, std::move(scope));
  for (const auto& unit : m_archived.all())
    if (!unit.data_stream) remember_made(unit);
}

// The journal knows what an earlier run loaded. Where the index is gone, is another one or has lost
// a shard since, it is made anew.
void StageWork::forget_lost(const ArchivedUnit& unit) {
  const auto staged = m_servers.names.staged(unit.name);
  if (!m_context.journal.is_done(kResource, "index " + staged)) return;
  const auto found = look_at(*m_servers.cluster, staged);
  if (found && found->uuid == m_context.journal.recall(kResource, uuid_key(staged)) &&
      is_started(*m_servers.cluster, staged))
    return;
  std::vector<std::string> items{"index " + staged};
  for (const auto* member : unit.documents) items.push_back("beside " + member->name);
  m_context.journal.clear(kResource, items);
}

void StageWork::remember_made(const ArchivedUnit& unit) {
  const auto staged = m_servers.names.staged(unit.name);
  if (const auto found = look_at(*m_servers.cluster, staged))
    m_context.journal.remember(kResource, uuid_key(staged), found->uuid);
}

// A server may make an index and yet never start a copy of one.
void StageWork::rehearse_copies() {
  std::vector<core::Job> jobs;
  for (const auto& unit : m_archived.all()) {
    if (unit.data_stream) continue;
    jobs.emplace_back([this, &unit] {
      IndexChanges changes(*m_servers.cluster, *m_servers.once, m_context);
      const auto staged = m_servers.names.staged(unit.name);
      const auto rehearsed = m_servers.names.rehearsed(unit.name);
      if (const auto left = look_at(*m_servers.cluster, rehearsed))
        changes.remove(rehearsed, left->uuid);
      const auto definition = IndexDefinition::fetch(*m_servers.cluster, staged);
      changes.clone(staged, definition.setting("index.uuid"), rehearsed,
                    definition.settings_of_copy());
      if (const auto made = look_at(*m_servers.cluster, rehearsed))
        changes.remove(rehearsed, made->uuid);
    });
  }
  core::run_all(std::move(jobs), kCopiesAtOnce, m_context.cancel);
}

json::Value StageWork::finish() {
  auto report = m_load->finish();
  rehearse_copies();
  return report;
}

}  // namespace resources::elasticsearch
