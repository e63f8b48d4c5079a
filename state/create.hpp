#pragma once
// Makes and migrates state files; used by StateFile only.

#include <cstdint>

#include "state/state_file.hpp"

namespace state {

// "envb": marks the file as ours.
inline constexpr std::int64_t kApplicationId = 0x656e7662;

// Under the flock: creates the file when it is missing (and nothing tells that there was one),
// applies the schema steps that it lacks.
void create_or_migrate(const Place& place, OpenMode mode, const core::Clock& clock);

// Opens a connection with the settings that every connection has.
std::unique_ptr<SQLite::Database> connect(const std::string& path);

// user_version after the checks of the header; throws Error(kState).
int schema_of(SQLite::Database& db, const std::string& path);

// Turns the current SQLite::Exception into a core::Error naming the file; call it in a catch block.
[[noreturn]] void rethrow_sqlite(const std::string& path);

}  // namespace state
