#pragma once
// A Context for a run without an operation, such as a dry run: progress goes to the log, the
// journal is empty and forgets, and the lease refuses every destructive call.

#include "core/ports.hpp"
#include "session/progress.hpp"

namespace session {

class NoJournal final : public core::RestoreJournal {
 public:
  bool is_done(const std::string&, const std::string&) override { return false; }
  void done(const std::string&, const std::string&) override {}
  std::vector<std::string> items(const std::string&) override { return {}; }
  void clear(const std::string&, const std::vector<std::string>&) override {}
  void remember(const std::string&, const std::string&, const std::string&) override {}
  std::optional<std::string> recall(const std::string&, const std::string&) override {
    return std::nullopt;
  }
};

class Unbound {
 public:
  explicit Unbound(core::CancelToken& cancel, std::size_t memory_bytes)
      : m_memory(memory_bytes), m_context{m_progress, cancel,  m_memory,
                                          m_journal,  m_lease, m_moves} {}

  core::Context& context() { return m_context; }

 private:
  class NoMoves final : public core::MoveRecord {
   public:
    core::Beside beside(const std::string&) override { return {}; }
    void set_beside(const std::string&, const core::Beside&) override {}
    std::map<std::string, std::string> moves(const std::string&) override { return {}; }
    void record(const std::string&, const std::string&, const std::string&) override {}
    void forget(const std::string&, const std::vector<std::string>&) override {}
  };

  class NoLease final : public core::Lease {
   public:
    void check() override;
    std::int64_t epoch() const override { return 0; }
    std::string operation_id() const override { return ""; }
  };

  Progress m_progress;
  core::MemoryBudget m_memory;
  NoJournal m_journal;
  NoLease m_lease;
  NoMoves m_moves;
  core::Context m_context;
};

}  // namespace session
