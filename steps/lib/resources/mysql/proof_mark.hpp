#pragma once
// What shows that a table is still what was proved while it was staged: the same server start, and
// no write since. Kept in the record of moves.

#include <cstdint>
#include <optional>
#include <string>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

struct ProofMark {
  std::int64_t server_started = 0;  // Unix seconds by the server's clock
  std::int64_t proof_began = 0;
};

// Of this moment.
ProofMark mark_now(Connection& connection);

// What is staged was equal to its archive; what was live, to the safety archive.
inline constexpr const char* kStagedMark = "staged proved";
inline constexpr const char* kLiveMark = "live compared";
void record_mark(core::Context& context, const std::string& which, const ProofMark& mark);
std::optional<ProofMark> recorded_mark(core::Context& context, const std::string& which);

// The mark of data that was moved back outlives the record of moves, for the proof that follows.
void remember_moved_back(core::Context& context, const std::string& safety_archive);
std::optional<ProofMark> mark_of_moved_back(core::Context& context, const std::string& archive);

// True where the server itself tells that nobody has written to the table since the mark.
bool is_unchanged(Connection& connection, const Table& table, const ProofMark& mark);

}  // namespace resources::mysql
