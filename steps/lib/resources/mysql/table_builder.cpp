#include "resources/mysql/table_builder.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/sql_scanner.hpp"
#include "resources/mysql/stray_partitions.hpp"

namespace resources::mysql {

namespace {

// Below this a table is created with all keys at once: the ALTER would cost more than it saves.
constexpr std::uint64_t kSmallTableBytes = std::uint64_t{1} << 20;
constexpr const char* kLate = "keys follow";
constexpr const char* kAtOnce = "keys at once";

std::vector<std::string> parts_of(const std::string& statement) {
  const std::size_t open = find_outside_quotes(statement, "(");
  if (open == std::string::npos) return {};
  const std::size_t close = closing_bracket(statement, open);
  return split_at_commas(std::string_view(statement).substr(open + 1, close - open - 1));
}

// The statement that makes this server print `statement` again.
std::string creating(const Connection& connection, const std::string& statement) {
  return connection.is_mariadb() ? statement : with_inherited_collations(statement);
}

// What a killed run did not come to add.
std::vector<std::string> missing(const std::vector<std::string>& wanted,
                                 const std::vector<std::string>& present) {
  std::vector<std::string> result;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(result),
               [&](const std::string& part) {
                 return std::find(present.begin(), present.end(), part) == present.end();
               });
  return result;
}

void create_table(Connection& connection, const Definition& table, const std::string& statement) {
  const std::string doing = "cannot create " + label(table);
  try {
    return connection.execute(statement, doing);
  } catch (const SqlError& error) {
    if (error.number() != kTableExists || !connection.is_mariadb()) throw;
  }
  drop_stray_partitions(connection, table.database, table.name);
  connection.execute(statement, doing);
}

}  // namespace

std::string TableTask::item(const std::string& what) const {
  return table_item(what, definition.database, definition.name);
}

std::string TableTask::quoted() const {
  return quote_name(definition.database, definition.name);
}

void TableBuilder::create(Connection& connection, TableTask& task) {
  if (const auto made = m_journal.find(task.item("table"))) {
    task.late_keys = *made == kLate;
    return;
  }
  task.late_keys = keys_may_follow(connection, task);
  m_context.lease.check();
  connection.execute("DROP TABLE IF EXISTS " + task.quoted());
  connection.execute("USE " + quote_name(task.definition.database));
  create_table(
      connection, task.definition,
      take_apart(creating(connection, task.definition.statement), task.late_keys).create());
  m_journal.done(connection, task.item("table"), task.late_keys ? kLate : kAtOnce);
}

void TableBuilder::empty(Connection& connection, const TableTask& task) {
  if (!connection.value("SELECT 1 FROM " + task.quoted() + " LIMIT 1")) return;
  m_context.lease.check();
  if (connection.try_execute("TRUNCATE TABLE " + task.quoted())) return;
  // ARCHIVE knows no TRUNCATE
  connection.execute("DROP TABLE " + task.quoted());
  connection.execute("USE " + quote_name(task.definition.database));
  create_table(connection, task.definition,
               take_apart(creating(connection, task.definition.statement), false).create());
}

// Tried on an empty copy: not every server prints keys that were added later in the same order.
bool TableBuilder::keys_may_follow(Connection& connection, const TableTask& task) {
  if (task.rows == nullptr || !task.rows->table.transactional ||
      task.rows->table.estimated_bytes < kSmallTableBytes)
    return false;
  const TableDefinition late = take_apart(creating(connection, task.definition.statement), true);
  if (!late.has_late_keys()) return false;
  const std::string copy = quote_name(m_journal.schema(), "rehearsal");
  connection.execute("DROP TABLE IF EXISTS " + copy);
  if (!connection.try_execute("CREATE TABLE " + copy + ' ' + late.body)) return false;
  bool same = late.keys.empty() || connection.try_execute(alter_add(copy, late.keys));
  for (const auto& key : late.fulltext_keys)
    same = same && connection.try_execute(alter_add(copy, {key}));
  if (same) {
    const auto shown = show_create_table(connection, m_journal.schema(), "rehearsal");
    same = take_apart(shown, false).body == take_apart(task.definition.statement, false).body;
  }
  connection.execute("DROP TABLE IF EXISTS " + copy);
  return same;
}

void TableBuilder::add_keys(Connection& connection, const TableTask& task) {
  if (!task.late_keys || m_journal.is_done(task.item("keys"))) return;
  const auto present =
      parts_of(show_create_table(connection, task.definition.database, task.definition.name));
  const TableDefinition parts = take_apart(task.definition.statement, true);
  const std::string doing = "cannot add the keys of " + label(task.definition);
  m_context.lease.check();
  if (const auto keys = missing(parts.keys, present); !keys.empty())
    connection.execute(alter_add(task.quoted(), keys), doing);
  for (const auto& key : missing(parts.fulltext_keys, present))
    connection.execute(alter_add(task.quoted(), {key}), doing);
  m_journal.done(connection, task.item("keys"));
  m_context.progress.note(fmt::format("mysql: added {} keys to {}",
                                      parts.keys.size() + parts.fulltext_keys.size(),
                                      label(task.definition)));
}

void TableBuilder::compute_again(Connection& connection, const TableTask& task,
                                 const std::string& time_zone) {
  if (time_zone.empty() || !depends_on_time_zone(task.definition.statement) ||
      m_journal.is_done(task.item("zone")))
    return;
  m_context.lease.check();
  if (!connection.try_execute("SET SESSION time_zone=" + quote_text(time_zone)))
    return m_context.progress.note(
        fmt::format("mysql: {} has generated columns in time zone {}, which this server does not "
                    "know: load it with mysql_tzinfo_to_sql",
                    label(task.definition), time_zone));
  // the copy evaluates every expression anew
  connection.execute(fmt::format("ALTER TABLE {} FORCE, ALGORITHM=COPY", task.quoted()),
                     "cannot compute the generated columns of " + label(task.definition));
  connection.execute("SET SESSION time_zone='+00:00'");
  m_journal.done(connection, task.item("zone"));
}

bool TableBuilder::is_counter_due(const TableTask& task) const {
  return !next_number(task.definition.statement).empty() &&
         !m_journal.is_done(task.item("counter"));
}

void TableBuilder::set_counter(Connection& connection, const TableTask& task) {
  if (!is_counter_due(task)) return;
  m_context.lease.check();
  connection.execute(fmt::format("ALTER TABLE {} AUTO_INCREMENT={}", task.quoted(),
                                 next_number(task.definition.statement)),
                     "cannot set AUTO_INCREMENT of " + label(task.definition));
  m_journal.done(connection, task.item("counter"));
}

void TableBuilder::add_foreign_keys(Connection& connection, const TableTask& task) {
  const auto wanted = take_apart(task.definition.statement, false).foreign_keys;
  if (wanted.empty() || m_journal.is_done(task.item("foreign keys"))) return;
  const auto present =
      parts_of(show_create_table(connection, task.definition.database, task.definition.name));
  m_context.lease.check();
  connection.execute("USE " + quote_name(task.definition.database));
  if (const auto keys = missing(wanted, present); !keys.empty())
    connection.execute(alter_add(task.quoted(), keys),
                       "cannot add the foreign keys of " + label(task.definition));
  m_journal.done(connection, task.item("foreign keys"));
}

}  // namespace resources::mysql
