#pragma once
// The ways in which an operation ends: finish, interrupted (dead, or too long under maintenance),
// abandoned. None of them makes a closed environment live; only a person's declare_live() does.

#include <optional>
#include <string>

#include "state/operations/liveness.hpp"
#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace state {

struct Judgement {
  Outcome outcome = Outcome::kRunning;
  std::string error;  // empty when succeeded
};

// What the recorded phases say; never what a caller says.
Judgement judge(const Operation& operation, const EnvironmentRow& environment);

// Which of the three ends a restore reached: "restored", "rolled_back" or "closed"; empty for a
// restore that had changed nothing, and for a backup.
std::string way_of_ending(const Operation& operation, const EnvironmentRow& environment);

// The operation that this build began and that has not ended; by id and build URL (either may be
// empty). A build whose begin was refused finds none.
std::optional<Operation> find_own(const StateFile& file, const std::string& operation_id,
                                  const std::string& build_url);

// Writes the judgement. `trouble`: something that failed while finishing (maintenance); a success
// becomes a failure by it.
Operation finish_operation(StateFile& file, const Operation& own, const std::string& trouble);

// Dead operation -> interrupted; nothing when it is alive. Its unfinished archive -> failed.
std::optional<Operation> interrupt_if_dead(StateFile& file, const LivenessRules& rules);
// Inside a transaction; raises the environment's epoch, so that a step that wakes up is fenced.
void interrupt(SQLite::Database& db, Operation& operation, const core::Clock& clock);

// By a person. Throws Error(kNotFound) without a running operation, Error(kBusy) while one of its
// steps runs, Error(kUsage) without a reason.
Operation abandon_operation(StateFile& file, const std::string& reason, const std::string& who);

// A backup under whose maintenance users have waited for `longest_ms` ends, alive or not: it is
// fenced. A restore never does.
std::optional<Operation> end_overdue(StateFile& file, std::int64_t longest_ms);

// By a person who has looked: a closed environment is live as it stands. Its journal is dropped.
// Returns the row as it was. Throws Error(kUsage) without a reason, Error(kBusy) while an operation
// runs, Error(kPrecondition) for an environment that is live.
EnvironmentRow declare_live(StateFile& file, const std::string& reason, const std::string& who);

}  // namespace state
