#include "resources/elasticsearch/index_mover.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/index_definition.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr const char* kNoReplicas = R"({"index.number_of_replicas":"0"})";

}  // namespace

void IndexMover::require_equal(const std::string& copy, const std::string& sequence) {
  const auto found = sequence_of(*m_servers.cluster, copy);
  if (found != sequence)
    throw Error(ExitCode::kIntegrity,
                fmt::format("{} does not equal the index that it is a copy of: it has seen the "
                            "changes {}, that one {}",
                            copy, found, sequence),
                "run the same again; if it repeats, look at the log of the server");
}

bool IndexMover::is_copy(const std::string& name, const KnownIndex& source) {
  const auto found = look_at(*m_servers.cluster, name);
  return found && found->source_uuid == source.uuid && is_started(*m_servers.cluster, name) &&
         sequence_of(*m_servers.cluster, name) == source.sequence;
}

void IndexMover::put_aside(const std::string& index, IndexMove& move) {
  const auto aside = m_servers.names.aside(index);
  remove_blocks(*m_servers.cluster, index, m_context.lease);
  m_changes.block_writes(index);
  if (sequence_of(*m_servers.cluster, index) != move.live.sequence)
    throw Error(ExitCode::kPrecondition,
                fmt::format("something wrote to index {} after it was saved", index),
                "roll back, stop what writes there in spite of the maintenance, then restore "
                "again");
  if (!is_copy(aside, move.live)) {
    if (const auto left = look_at(*m_servers.cluster, aside)) m_changes.remove(aside, left->uuid);
    const auto live = IndexDefinition::fetch(*m_servers.cluster, index);
    m_changes.clone(index, move.live.uuid, aside, live.settings_of_copy());
  }
  require_equal(aside, move.live.sequence);
  if (count_of(*m_servers.cluster, aside) != count_of(*m_servers.cluster, index))
    throw Error(ExitCode::kIntegrity,
                fmt::format("{} holds another number of documents than index {}", aside, index),
                "run the same again; if it repeats, look at the log of the server");
  move.aside_uuid = look_at(*m_servers.cluster, aside)->uuid;
  m_records.record(index, move);
  m_changes.remove(index, move.live.uuid, [&] {
    move.in_doubt = true;
    m_records.record(index, move);
  });
}

// Before anything takes the live name.
void IndexMover::require_aside(const std::string& index, const IndexMove& move) {
  if (move.live.uuid.empty()) return;
  const auto aside = m_servers.names.aside(index);
  const auto found = look_at(*m_servers.cluster, aside);
  if (found && (found->uuid == move.aside_uuid || found->source_uuid == move.live.uuid))
    return require_equal(aside, move.live.sequence);
  throw Error(ExitCode::kPrecondition,
              fmt::format("neither index {} nor its copy {} is there any more", index, aside),
              "something else removed them; restore the safety archive");
}

void IndexMover::discard(const std::string& index, IndexMove& move) {
  const auto found = look_at(*m_servers.cluster, index);
  if (!found) return;
  m_changes.remove(index, found->uuid, [&] {
    move.in_doubt = true;
    m_records.record(index, move);
  });
}

void IndexMover::put_in(const std::string& index, IndexMove& move) {
  const auto found = look_at(*m_servers.cluster, index);
  if (found && found->uuid == move.made_uuid) return;
  if (!is_copy(index, move.staged)) {
    discard(index, move);
    m_changes.clone(m_servers.names.staged(index), move.staged.uuid, index, kNoReplicas);
  }
  require_equal(index, move.staged.sequence);
  move.made_uuid = look_at(*m_servers.cluster, index)->uuid;
  m_records.record(index, move);
}

void IndexMover::move_in(const std::string& index, IndexMove move) {
  const auto found = look_at(*m_servers.cluster, index);
  if (found && found->uuid == move.live.uuid) put_aside(index, move);
  require_aside(index, move);
  if (move.staged.uuid.empty())
    discard(index, move);
  else
    put_in(index, move);
}

void IndexMover::copy_back(const std::string& index, IndexMove& move) {
  const auto aside = m_servers.names.aside(index);
  require_aside(index, move);
  const KnownIndex source{look_at(*m_servers.cluster, aside)->uuid, move.live.sequence};
  if (!is_copy(index, source)) {
    discard(index, move);
    m_changes.clone(aside, source.uuid, index, kNoReplicas);
  }
  require_equal(index, move.live.sequence);
  move.back_uuid = look_at(*m_servers.cluster, index)->uuid;
  m_records.record(index, move);
}

void IndexMover::move_back(const std::string& index, IndexMove move) {
  const auto found = look_at(*m_servers.cluster, index);
  if (move.live.uuid.empty()) return discard(index, move);
  if (found && (found->uuid == move.live.uuid || found->uuid == move.back_uuid)) return;
  copy_back(index, move);
}

}  // namespace resources::elasticsearch
