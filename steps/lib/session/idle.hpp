#pragma once
// A Context for clearing up between restores: the record of moves may be written and the lease
// holds as long as no restore runs; the journal is empty and forgets.

#include "session/ports.hpp"
#include "session/unbound.hpp"

namespace session {

class Idle {
 public:
  Idle(state::StateFile& file, core::CancelToken& cancel, std::size_t memory_bytes);

  core::Context& context() { return m_context; }

 private:
  class IdleLease final : public core::Lease {
   public:
    explicit IdleLease(const state::StateFile& file) : m_file(file) {}
    void check() override;  // throws Error(kBusy) while a restore runs
    std::int64_t epoch() const override { return 0; }
    std::string operation_id() const override { return ""; }

   private:
    const state::StateFile& m_file;
  };

  Progress m_progress;
  core::MemoryBudget m_memory;
  NoJournal m_journal;
  IdleLease m_lease;
  Moves m_moves;
  core::Context m_context;
};

}  // namespace session
