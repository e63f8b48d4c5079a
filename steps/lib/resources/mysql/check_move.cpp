#include "resources/mysql/check_move.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "json/value.hpp"
#include "resources/mysql/definition_comparison.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/live_objects.hpp"
#include "resources/mysql/preflight_findings.hpp"
#include "resources/mysql/proof_mark.hpp"
#include "resources/mysql/range_planner.hpp"
#include "resources/mysql/row_buffer.hpp"
#include "resources/mysql/row_format.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/staging_plan.hpp"
#include "resources/mysql/table_move.hpp"

namespace resources::mysql {

namespace {

constexpr const char* kRows = "rows";
constexpr unsigned kLockWaitTimeout = 1205;

[[noreturn]] void refuse(Connection& connection, const std::string& what) {
  throw core::Error(core::ExitCode::kPrecondition, what,
                    "an application still writes although maintenance is on: stop it "
                    "(maintenance.quiesce_command), then start the restore again; sessions now: " +
                        sessions_in_the_way(connection));
}

// Nobody can write while it holds; nobody holds what the move waits for either.
class WriteLocks {
 public:
  WriteLocks(Connection& connection, const std::vector<std::string>& databases)
      : m_connection(connection) {
    std::string list;
    for (const auto& database : existing_databases(connection, databases))
      for (const auto& table : tables_in(connection, database))
        list += (list.empty() ? "" : ", ") + quote_name(database, table) + " WRITE";
    if (list.empty()) return;
    wait_briefly_for_locks(connection);
    try {
      connection.execute("LOCK TABLES " + list, "cannot lock the live tables");
    } catch (const SqlError& error) {
      if (error.number() == kLockWaitTimeout)
        refuse_locked(connection, "cannot lock the live tables");
      throw;
    }
  }
  ~WriteLocks() {
    try {
      m_connection.try_execute("UNLOCK TABLES");
    } catch (const core::Error&) {
      // a lost connection has no locks
    }
  }
  WriteLocks(const WriteLocks&) = delete;
  WriteLocks& operator=(const WriteLocks&) = delete;

 private:
  Connection& m_connection;
};

std::uint64_t count_rows(Connection& connection, const std::string& schema,
                         const std::string& table) {
  return connection.number("SELECT COUNT(*) FROM " + quote_name(schema, table));
}

// Where the server says when a table was last written to, and that was before the cut: false.
bool may_have_changed(Connection& connection, const Table& table, std::int64_t cut_unix_seconds) {
  constexpr std::int64_t kGrainSeconds = 2;
  const auto written = connection.value(
      fmt::format("SELECT UNIX_TIMESTAMP(UPDATE_TIME) FROM information_schema.TABLES WHERE "
                  "TABLE_SCHEMA={} AND TABLE_NAME={}",
                  quote_text(table.database), quote_text(table.name)));
  return written && std::stoll(*written) >= cut_unix_seconds - kGrainSeconds;
}

RowChecksum checksum_now(Connection& connection, const Table& table, core::Context& context) {
  std::optional<core::MemoryBudget::Charge> charge;
  RowBuffer rows(table, false, [&](std::size_t capacity) {
    charge.reset();
    charge.emplace(context.memory.acquire(2 * capacity, context.cancel));
  });
  RowStream stream =
      connection.stream(select_rows(table, {}), "cannot read table " + table.label());
  while (stream.next()) rows.add(stream.fields(), stream.lengths());
  return rows.checksum();
}

void compare_with_safety(Connection& connection, const ArchivedMysql& safety,
                         core::Context& context) {
  for (const auto& archived : safety.tables()) {
    const Table& table = archived.table;
    const auto rows = archived.table.history == History::kKept
                          ? archived.checksum.rows()
                          : count_rows(connection, table.database, table.name);
    if (rows != archived.checksum.rows())
      refuse(connection, fmt::format("table {} has {} rows now, the safety archive has {}",
                                     table.label(), rows, archived.checksum.rows()));
    if (may_have_changed(connection, table, safety.cut_unix_seconds()) &&
        checksum_now(connection, table, context) != archived.checksum)
      refuse(connection,
             fmt::format("table {} has changed since the safety archive was made", table.label()));
  }
}

void compare_definitions_with_safety(Connection& connection, const ArchivedMysql& safety,
                                     core::Context& context) {
  const auto differences = compare_definitions(
      safety.definitions(context), read_definitions(connection, safety.databases()), std::nullopt);
  if (differences.empty()) return;
  refuse(connection, fmt::format("{} has changed since the safety archive was made: it was {}, now "
                                 "it is {}",
                                 label(differences.front().definition),
                                 differences.front().expected, differences.front().found));
}

// Hours may have passed since preflight.
void check_rights(Connection& connection, const MysqlSettings& settings,
                  const ArchivedMysql& target, core::Context& context) {
  Findings findings;
  check_restore_grants(connection, settings, target, context, findings);
  for (const auto& finding : findings)
    if (finding.blocking) throw core::Error(finding.code, finding.message, finding.hint);
  if (const auto why = why_not_staged(connection, settings, target); !why.empty())
    throw core::Error(core::ExitCode::kPrecondition, "the staged tables cannot be moved: " + why,
                      "run the GRANT, then start the restore again");
}

void check_plan(Connection& connection, const ArchivedMysql& target, core::Context& context) {
  const auto recorded = recorded_plan(context);
  const auto now = find_in_place(connection, target, context);
  for (const auto& part : now.parts()) {
    const auto& known = recorded ? recorded->parts() : now.parts();
    if (std::none_of(known.begin(), known.end(),
                     [&](const auto& other) { return other.part == part.part; }))
      throw core::Error(core::ExitCode::kPrecondition,
                        fmt::format("{} cannot be moved any more: {}", part.part, part.reason),
                        "start the restore again: it is then changed in place");
  }
}

void record_rows(Connection& connection, const std::vector<std::string>& databases,
                 core::Context& context) {
  json::Value rows = json::Value::object();
  for (const auto& database : existing_databases(connection, databases))
    for (const auto& table : tables_in(connection, database))
      rows.set(database + '.' + table, count_rows(connection, database, table));
  context.moves.record("mysql", kRows, json::dump(rows));
}

}  // namespace

void check_move(const MysqlSettings& settings, const ArchivedMysql& target,
                const ArchivedMysql* safety, core::Context& context) {
  Connection connection(settings, context.cancel);
  check_rights(connection, settings, target, context);
  check_plan(connection, target, context);
  if (safety != nullptr) compare_definitions_with_safety(connection, *safety, context);
  const WriteLocks locks(connection, target.databases());
  const auto now = mark_now(connection);
  if (safety != nullptr) {
    compare_with_safety(connection, *safety, context);
    record_mark(context, kLiveMark, now);
  }
  record_rows(connection, target.databases(), context);
}

std::map<std::string, std::uint64_t> recorded_rows(core::Context& context) {
  std::map<std::string, std::uint64_t> rows;
  const auto moves = context.moves.moves("mysql");
  if (const auto found = moves.find(kRows); found != moves.end()) {
    const json::Value list = json::parse(found->second, "the record of moves");
    for (const auto& [table, count] : list.as_object()) rows[table] = count.as_uint();
  }
  return rows;
}

void check_aside(Connection& connection, const MysqlSettings& settings, core::Context& context) {
  for (const auto& [label, rows] : recorded_rows(context)) {
    for (const auto& database : settings.databases) {
      const std::string prefix = database + '.';
      if (label.rfind(prefix, 0) != 0) continue;
      const auto aside = aside_schema(settings.environment, database);
      const auto table = label.substr(prefix.size());
      const auto tables = tables_in(connection, aside);
      if (std::find(tables.begin(), tables.end(), table) == tables.end()) continue;
      const auto now = count_rows(connection, aside, table);
      if (now != rows)
        refuse(connection,
               fmt::format("table {} was written to while it was moved: {} rows, before {}", label,
                           now, rows));
    }
  }
}

}  // namespace resources::mysql
