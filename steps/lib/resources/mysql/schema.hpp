#pragma once
// What a database is made of, as the server's own SHOW CREATE statements tell it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace resources::mysql {

enum class ObjectKind {
  kDatabase,
  kTable,
  kSequence,
  kView,
  kFunction,
  kProcedure,
  kPackage,
  kPackageBody,
  kTrigger,
  kEvent,
};

std::string_view to_text(ObjectKind kind);         // "table", "package body"
ObjectKind kind_from_text(std::string_view text);  // throws Error(kIntegrity)

// A view that the server cannot read: what it names is gone, or its definer may not see it. It is
// kept as it is; a restore creates it again if the server lets it.
inline constexpr std::string_view kBrokenView = "BROKEN";

// One object. `statement` creates it again, byte for byte, in a session with these settings and
// its database selected.
struct Definition {
  ObjectKind kind = ObjectKind::kTable;
  std::string database;
  std::string name;
  std::string statement;
  // empty where the kind has none of it
  std::string sql_mode;
  std::string time_zone;             // event
  std::string created_unix_seconds;  // event; empty in archives of earlier versions
  std::string client_character_set;  // view, routine, trigger, event
  std::string connection_collation;
  std::string database_collation;  // routine, trigger, event: of the database when it was created
  // event: ENABLED, DISABLED, SLAVESIDE_DISABLED; view: kBrokenView or empty; sequence: its number
  std::string status;
};

// "table athena-server.trial"
std::string label(const Definition& definition);

// How a column travels: its expression in SELECT and how LOAD DATA takes it.
struct Column {
  std::string name;
  std::string data_type;      // "varchar", lower case
  std::string character_set;  // empty for all but text
  bool is_unsigned = false;
  // ENUM and SET: labels can be equal to the server (case, accents, empty), numbers cannot.
  // Archives of earlier versions hold the labels.
  bool as_number = false;
};

// Earlier rows of a table WITH SYSTEM VERSIONING (MariaDB). kKept: they are read and put back, with
// the columns that say when each row came and went. kLost: no server takes them back, because it is
// older than 10.11 or the table counts transactions instead of time.
enum class History { kNone, kKept, kLost };

struct Table {
  std::string database;
  std::string name;
  std::string engine;
  std::vector<Column> columns;           // in order; generated columns are left out
  std::vector<Column> computed;          // stored generated columns: read and proved, never loaded
  std::vector<std::string> primary_key;  // in key order; empty: none
  bool transactional = true;
  History history = History::kNone;
  std::uint64_t estimated_rows = 0;
  std::uint64_t estimated_bytes = 0;  // rows
  std::uint64_t disk_bytes = 0;       // rows and keys, an estimate

  std::string label() const { return database + "." + name; }
  const Column* column(std::string_view name) const;
};

struct Schema {
  // database first, then in the order in which they are created again
  std::vector<Definition> definitions;
  std::vector<Table> tables;

  const Table* table(std::string_view database, std::string_view name) const;
};

}  // namespace resources::mysql
