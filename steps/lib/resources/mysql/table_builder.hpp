#pragma once
// Creates tables of an archive, and their keys once the rows are in.

#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/table_definition.hpp"

namespace resources::mysql {

// One table of the archive on its way back.
struct TableTask {
  Definition definition;
  const ArchivedTable* rows = nullptr;  // nothing for a table without rows of its own
  bool late_keys = false;               // keys follow the rows

  std::string item(const std::string& what) const;  // for the journal
  std::string quoted() const;
};

class TableBuilder {
 public:
  TableBuilder(LoadJournal& journal, core::Context& context)
      : m_journal(journal), m_context(context) {}

  // Unless the journal says that it is there: drops what bears its name and creates it, large
  // tables without the keys that can follow.
  void create(Connection& connection, TableTask& task);
  // What a killed run left in a table without transactions goes.
  void empty(Connection& connection, const TableTask& task);
  // One ALTER for all late keys that are missing, one more for each full-text key.
  void add_keys(Connection& connection, const TableTask& task);
  // Generated columns whose values depend on the session's time zone, in the one that computed
  // them. Rows are loaded in UTC, where each TIMESTAMP has one text only.
  void compute_again(Connection& connection, const TableTask& task, const std::string& time_zone);
  // What AUTO_INCREMENT counts on from. After the rows: TRUNCATE sets it back, and a MariaDB that
  // rolled a load into the empty table back remembers the lost number until its next restart only.
  void set_counter(Connection& connection, const TableTask& task);
  bool is_counter_due(const TableTask& task) const;
  void add_foreign_keys(Connection& connection, const TableTask& task);

 private:
  bool keys_may_follow(Connection& connection, const TableTask& task);

  LoadJournal& m_journal;
  core::Context& m_context;
};

}  // namespace resources::mysql
