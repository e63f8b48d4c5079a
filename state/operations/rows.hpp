#pragma once
// SQL for operations, phases and the environment row; inside a transaction of StateFile.

#include <optional>
#include <string>

#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace state {

std::optional<Operation> load_running(SQLite::Database& db);
std::optional<Operation> load_operation(SQLite::Database& db, const std::string& id);
// The newest operation that `where` (SQL over operations, one ? bound to `value`) finds.
std::optional<Operation> load_newest(SQLite::Database& db, const std::string& where,
                                     const std::string& value);
// The last operation that began, finished or not.
std::optional<Operation> load_last(SQLite::Database& db);
void insert_operation(SQLite::Database& db, const Operation& operation);
// Writes what changes after begin: phase .. error, finished. Returns false when the operation is
// not running with that epoch any more (fenced): nothing was written.
bool update_operation(SQLite::Database& db, const Operation& operation);

EnvironmentRow load_environment(SQLite::Database& db);
void save_environment(SQLite::Database& db, const EnvironmentRow& row);

// How the audit's line about declare_live() begins; status looks for it.
inline constexpr const char* kDeclaredLive = "declared live, ";
void add_audit(SQLite::Database& db, std::int64_t at_ms, const std::string& operation_id,
               const std::string& who, const std::string& what);

}  // namespace state
