#include "session/idle.hpp"

namespace session {

void Idle::IdleLease::check() {
  m_file.read([](SQLite::Database& db) { state::while_no_restore_runs()(db); });
}

Idle::Idle(state::StateFile& file, core::CancelToken& cancel, std::size_t memory_bytes)
    : m_memory(memory_bytes),
      m_lease(file),
      m_moves(file, state::while_no_restore_runs()),
      m_context{m_progress, cancel, m_memory, m_journal, m_lease, m_moves} {}

}  // namespace session
