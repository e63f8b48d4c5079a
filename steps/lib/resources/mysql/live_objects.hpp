#pragma once
// The objects of a database that no RENAME moves: views, routines, triggers, events. Recorded
// before they are changed, and made equal to a list of definitions.

#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

// Everything in these databases that exist, triggers included.
std::vector<Definition> read_definitions(Connection& connection,
                                         const std::vector<std::string>& databases);

// The record of the live definitions, one entry of the record of moves for each database; written
// once, before the first change.
void record_live(core::Context& context, const std::string& database,
                 const std::vector<Definition>& definitions);
bool is_recorded(core::Context& context, const std::string& database);
// Those whose record was written, also where it says that there was no such database.
std::vector<std::string> recorded_databases(core::Context& context);
// Of all databases that were recorded, in the order of creation within each.
std::vector<Definition> recorded_live(core::Context& context);

// Triggers keep a table from being moved, and events would act on what is being replaced.
void drop_triggers_and_events(Connection& connection, core::Context& context,
                              const std::vector<Definition>& definitions);
// What the staged schemas were rehearsed with.
void drop_programs(Connection& connection, core::Context& context,
                   const std::vector<Definition>& definitions);

// Makes views, routines, triggers and events of `databases` equal to `wanted`; what is equal stays
// as it is, with its grants. Events come back asleep: clean_up() wakes them. Grants on routines
// that are made anew are given again.
void make_programs_equal(Connection& connection, LoadJournal& journal, core::Context& context,
                         const MysqlSettings& settings, std::int64_t cut_unix_seconds,
                         const std::vector<std::string>& databases,
                         const std::vector<Definition>& wanted);

}  // namespace resources::mysql
