#include "resources/elasticsearch/staged_proof.hpp"

#include "resources/elasticsearch/index_facts.hpp"
#include "resources/elasticsearch/move_records.hpp"

namespace resources::elasticsearch {

StagedProof::StagedProof(SearchServers servers, const archive::ArchiveReader& archive,
                         std::uint32_t slices, core::Context& context)
    : m_servers(std::move(servers)), m_context(context), m_archived(archive) {
  for (const auto& unit : m_archived.all()) {
    if (unit.data_stream) continue;
    const auto staged = m_servers.names.staged(unit.name);
    if (const auto found = look_at(*m_servers.cluster, staged))
      m_seen[unit.name] = {found->uuid, sequence_of(*m_servers.cluster, staged)};
  }
  ProofScope scope;
  scope.beside = [this](const std::string& index) { return m_servers.names.staged(index); };
  m_proof =
      std::make_unique<ProveWork>(m_servers.cluster, archive, slices, m_context, std::move(scope));
}

json::Value StagedProof::finish() {
  auto report = m_proof->finish();
  if (!differences_from(report).empty()) return report;
  MoveRecords records(m_context.moves);
  for (const auto& [index, known] : m_seen) records.record(index, StagedIndex{known});
  return report;
}

}  // namespace resources::elasticsearch
