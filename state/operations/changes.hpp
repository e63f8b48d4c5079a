#pragma once
// What a running step writes. Each is one durable transaction that first makes sure that the
// operation still runs with the caller's epoch: else Error(kPrecondition), and nothing is written.

#include <functional>
#include <string>

#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace state {

// Whose right it is: id and epoch as they were at the start of the step.
struct Claim {
  std::string operation_id;
  std::int64_t epoch = 0;
};

// Runs the guard, then records the phase. Refuses a tool of another version.
Operation begin_phase(StateFile& file, const std::string& operation_id, const std::string& step,
                      bool rollback, const std::string& tool_version);
void end_phase(StateFile& file, const Claim& claim, int exit_code, const std::string& message);

// How far the running step is.
struct Progress {
  std::optional<int> percent;
  std::string line;  // for people
  std::optional<std::int64_t> seconds_left;
};
// False when the claim is lost.
bool heartbeat(StateFile& file, const Claim& claim, const Progress& progress);
// Throws Error(kPrecondition) when the claim is lost.
void check_claim(const StateFile& file, const Claim& claim);
// Inside a transaction.
void check_claim(SQLite::Database& db, const Claim& claim);

using Change = std::function<void(SQLite::Database&, Operation&, EnvironmentRow&)>;
// Loads, changes, saves; writes the marker when the environment's state or archives changed.
void change(StateFile& file, const Claim& claim, const Change& body);

}  // namespace state
