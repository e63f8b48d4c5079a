#pragma once
// The journal, the record of moves and the lease of core/ports.hpp, kept in the state file.

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "state/operations/changes.hpp"
#include "state/operations/moves.hpp"
#include "state/state_file.hpp"

namespace session {

class Journal final : public core::RestoreJournal {
 public:
  Journal(state::StateFile& file, state::Claim claim) : m_file(file), m_claim(std::move(claim)) {}

  bool is_done(const std::string& resource, const std::string& item) override;
  void done(const std::string& resource, const std::string& item) override;
  std::vector<std::string> items(const std::string& resource) override;
  void clear(const std::string& resource, const std::vector<std::string>& items) override;
  void remember(const std::string& resource, const std::string& key,
                const std::string& value) override;
  std::optional<std::string> recall(const std::string& resource, const std::string& key) override;

 private:
  state::StateFile& m_file;
  state::Claim m_claim;
};

class Moves final : public core::MoveRecord {
 public:
  Moves(state::StateFile& file, state::MayWrite may_write)
      : m_file(file), m_may_write(std::move(may_write)) {}

  core::Beside beside(const std::string& resource) override;
  void set_beside(const std::string& resource, const core::Beside& beside) override;
  std::map<std::string, std::string> moves(const std::string& resource) override;
  void record(const std::string& resource, const std::string& part,
              const std::string& move) override;
  void forget(const std::string& resource, const std::vector<std::string>& parts) override;

 private:
  state::StateFile& m_file;
  state::MayWrite m_may_write;
};

class Lease final : public core::Lease {
 public:
  Lease(const state::StateFile& file, state::Claim claim)
      : m_file(file), m_claim(std::move(claim)) {}

  void check() override { state::check_claim(m_file, m_claim); }
  std::int64_t epoch() const override { return m_claim.epoch; }
  std::string operation_id() const override { return m_claim.operation_id; }

 private:
  const state::StateFile& m_file;
  state::Claim m_claim;
};

}  // namespace session
