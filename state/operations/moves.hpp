#pragma once
// What stands beside live data, and the record of moves (core::MoveRecord), in the state file. One
// durable transaction a call.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "state/operations/changes.hpp"
#include "state/state_file.hpp"

namespace state {

// Throws, inside the transaction of each write, when the writer may not write any more.
using MayWrite = std::function<void(SQLite::Database&)>;
// A step of a running operation. Throws Error(kPrecondition) when the claim is lost.
MayWrite while_claimed(Claim claim);
// Whoever clears up between restores. Throws Error(kBusy) while a restore runs.
MayWrite while_no_restore_runs();

core::Beside load_beside(const StateFile& file, const std::string& resource);
void save_beside(StateFile& file, const MayWrite& may_write, const std::string& resource,
                 const core::Beside& beside);
std::map<std::string, std::string> load_moves(const StateFile& file, const std::string& resource);
void record_move(StateFile& file, const MayWrite& may_write, const std::string& resource,
                 const std::string& part, const std::string& move);
// No parts: all of the resource.
void forget_moves(StateFile& file, const MayWrite& may_write, const std::string& resource,
                  const std::vector<std::string>& parts);

// One resource with something beside it, for status and for clearing up.
struct BesideRow {
  std::string resource;
  core::Beside beside;
  std::int64_t staged_ms = 0;  // since when
  std::int64_t aside_ms = 0;
};
// Inside a transaction.
std::vector<BesideRow> load_all_beside(SQLite::Database& db);
// Users are back on what replaced it: what is aside may go.
void mark_aside_droppable(SQLite::Database& db);
// Nothing stands beside the resource any more; its record of moves goes too.
void forget_beside(SQLite::Database& db, const std::string& resource);
// What was staged is live, or void: nothing counts as staged any more.
void forget_staged(SQLite::Database& db);

}  // namespace state
