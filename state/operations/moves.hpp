#pragma once
// What stands beside live data, and the record of moves (core::MoveRecord), in the state file. One
// durable transaction a call; writes are refused once the claim is lost.

#include <map>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "state/operations/changes.hpp"
#include "state/state_file.hpp"

namespace state {

core::Beside load_beside(const StateFile& file, const std::string& resource);
void save_beside(StateFile& file, const Claim& claim, const std::string& resource,
                 const core::Beside& beside);
std::map<std::string, std::string> load_moves(const StateFile& file, const std::string& resource);
void record_move(StateFile& file, const Claim& claim, const std::string& resource,
                 const std::string& part, const std::string& move);
// No parts: all of the resource.
void forget_moves(StateFile& file, const Claim& claim, const std::string& resource,
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

}  // namespace state
