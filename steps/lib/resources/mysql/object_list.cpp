#include "resources/mysql/object_list.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

class Lister {
 public:
  Lister(Connection& connection, std::string database)
      : m_connection(connection), m_database(std::move(database)) {}

  // `sql`: {} stands for the database; its first column is the name, a second one a status, a
  // third one when it was made.
  void add(ObjectKind kind, const std::string& sql) {
    for (const auto& row :
         m_connection.query(fmt::format(fmt::runtime(sql), quote_text(m_database)))) {
      Definition definition;
      definition.kind = kind;
      definition.database = m_database;
      definition.name = row[0].value_or("");
      if (row.size() > 1) definition.status = row[1].value_or("");
      if (row.size() > 2) definition.created_unix_seconds = row[2].value_or("");
      m_found.push_back(std::move(definition));
    }
  }

  std::vector<Definition> take() { return std::move(m_found); }

 private:
  Connection& m_connection;
  std::string m_database;
  std::vector<Definition> m_found;
};

std::string tables_of_type(const std::string& types) {
  return "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA={} AND TABLE_TYPE IN"
         " (" +
         types + ") ORDER BY TABLE_NAME";
}

std::string routines_of_type(const std::string& type) {
  return "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA={} AND"
         " ROUTINE_TYPE='" +
         type + "' ORDER BY ROUTINE_NAME";
}

}  // namespace

std::vector<Definition> list_objects(Connection& connection, const std::string& database) {
  Lister lister(connection, database);
  lister.add(ObjectKind::kDatabase, "SELECT {}");
  lister.add(ObjectKind::kSequence, tables_of_type("'SEQUENCE'"));
  lister.add(ObjectKind::kTable, tables_of_type("'BASE TABLE','SYSTEM VERSIONED'"));
  lister.add(ObjectKind::kFunction, routines_of_type("FUNCTION"));
  lister.add(ObjectKind::kProcedure, routines_of_type("PROCEDURE"));
  lister.add(ObjectKind::kPackage, routines_of_type("PACKAGE"));
  lister.add(ObjectKind::kPackageBody, routines_of_type("PACKAGE BODY"));
  lister.add(ObjectKind::kView, tables_of_type("'VIEW'"));
  // created again in this order, each fires in its old place, and MySQL 8 lists them alike whether
  // it goes by when they were made or by its own index
  lister.add(ObjectKind::kTrigger,
             "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA={} ORDER BY"
             " EVENT_OBJECT_TABLE, FIELD(EVENT_MANIPULATION, 'INSERT', 'UPDATE', 'DELETE'),"
             " FIELD(ACTION_TIMING, 'BEFORE', 'AFTER'), ACTION_ORDER");
  lister.add(ObjectKind::kEvent,
             "SELECT EVENT_NAME, STATUS, UNIX_TIMESTAMP(CREATED) FROM information_schema.EVENTS "
             "WHERE EVENT_SCHEMA={}"
             " ORDER BY EVENT_NAME");
  return lister.take();
}

}  // namespace resources::mysql
