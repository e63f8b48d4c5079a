#include "resources/mysql/capture_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "archive/manifest.hpp"
#include "resources/mysql/accounts.hpp"
#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/schema_text.hpp"
#include "resources/mysql/table_reader.hpp"

namespace resources::mysql {

namespace {
// Ranges small enough that the last ones of two workers end at nearly the same time.
constexpr std::uint64_t kRangeBytes = std::uint64_t{24} << 20;

// The zone of sessions that set none; empty where it is UTC.
std::string time_zone_of(Connection& connection) {
  const std::string zone = connection.value("SELECT @@GLOBAL.time_zone").value_or("");
  const std::string meant =
      zone == "SYSTEM" ? connection.value("SELECT @@GLOBAL.system_time_zone").value_or("") : zone;
  return meant == "UTC" || meant == "+00:00" || meant == "GMT" ? "" : zone;
}
}  // namespace

CaptureWork::CaptureWork(const MysqlSettings& settings, archive::ChunkSink& sink,
                         core::Context& context)
    : m_settings(settings), m_sink(sink), m_context(context) {
  m_cut = std::make_unique<Cut>(settings, context,
                                [this](Connection& connection, const Schema& schema) {
                                  copy_while_locked(connection, schema);
                                });
  auto connection = m_cut->readers().borrow(context.cancel);
  for (const auto& table : m_cut->schema().tables)
    if (table.transactional && holds_rows(table)) plan_table(*connection, table);
  connection.give_back();
  put_definitions();
  put_accounts();
}

void CaptureWork::copy_while_locked(Connection& connection, const Schema& schema) {
  m_cut_unix_seconds = static_cast<std::int64_t>(connection.number("SELECT UNIX_TIMESTAMP()"));
  m_time_zone = time_zone_of(connection);
  for (const auto& table : schema.tables) check_names(connection, table);
  for (const auto& table : schema.tables) {
    if (table.transactional || !holds_rows(table)) continue;
    if (!m_settings.lock_non_transactional)
      throw core::Error(
          core::ExitCode::kPrecondition,
          fmt::format("table {} ({}) has no transactions", table.label(), table.engine),
          m_settings.without_transactions_hint());
    TableCapture& capture = add_table(table);
    capture.copy(connection, Range{});
    capture.count(connection);
  }
}

TableCapture& CaptureWork::add_table(const Table& table) {
  m_tables.push_back(
      std::make_unique<TableCapture>(table, m_sink, m_context, m_settings.chunk_bytes));
  return *m_tables.back();
}

void CaptureWork::plan_table(Connection& connection, const Table& table) {
  TableCapture& capture = add_table(table);
  std::size_t number = 0;
  for (const auto& range : plan_ranges(connection, table, table.estimated_bytes, kRangeBytes))
    m_plan.push_back({fmt::format("{}#{}", table.label(), ++number), range.estimated_bytes, false,
                      [this, &capture, range] {
                        with_reader([&](Connection& reader) { capture.copy(reader, range); });
                      }});
  m_plan.push_back({table.label() + "#count", 0, false, [this, &capture] {
                      with_reader([&](Connection& reader) { capture.count(reader); });
                    }});
}

std::vector<Task> CaptureWork::plan() {
  return m_plan;
}

void CaptureWork::with_reader(const std::function<void(Connection&)>& read) {
  m_cut->guarded([&] {
    auto connection = m_cut->readers().borrow(m_context.cancel);
    read(*connection);
    connection.give_back();
  });
}

void CaptureWork::put_definitions() {
  for (const auto& database : m_settings.databases) {
    std::vector<Definition> own;
    const auto& all = m_cut->schema().definitions;
    std::copy_if(all.begin(), all.end(), std::back_inserter(own),
                 [&](const Definition& definition) { return definition.database == database; });
    if (own.empty()) continue;  // a safety archive of a server that has lost this database
    SchemaText text = write_schema(own);
    m_sink.put({fmt::format("mysql/{}/schema.sql", archive::encode_name(database)), "mysql",
                std::nullopt, std::move(text.index)},
               archive::encode_plain(std::move(text.script)));
  }
}

void CaptureWork::put_accounts() {
  if (m_settings.accounts.empty()) return;
  auto connection = m_cut->readers().borrow(m_context.cancel);
  json::Value list = json::Value::array();
  for (const auto& name : m_settings.accounts) {
    const auto account = read_account(*connection, name);
    json::Value statements = json::Value::array();
    for (const auto& statement : account.statements) statements.push_back(statement);
    json::Value entry = json::Value::object();
    entry.set("account", account.account);
    entry.set("statements", std::move(statements));
    list.push_back(std::move(entry));
  }
  connection.give_back();
  json::Value meta = json::Value::object();
  meta.set("kind", "accounts");
  m_sink.put({"mysql/accounts.json", "mysql", std::nullopt, std::move(meta)},
             archive::encode_plain(json::dump_pretty(list)));
}

json::Value CaptureWork::server_json() const {
  auto connection = m_cut->readers().borrow(m_context.cancel);
  json::Value server = json::Value::object();
  server.set("flavour", connection->is_mariadb() ? "mariadb" : "mysql");
  server.set("version", connection->server_version());
  server.set("version_number", connection->version_number());
  connection.give_back();
  return server;
}

json::Value CaptureWork::finish() {
  m_cut->guarded([] {});
  json::Value databases = json::Value::array();
  for (const auto& name : m_settings.databases) databases.push_back(name);
  json::Value tables = json::Value::array();
  for (const auto& capture : m_tables) {
    capture->check_count();
    tables.push_back(table_to_json(capture->table(), capture->checksum(), capture->computed()));
  }
  json::Value detail = json::Value::object();
  detail.set("server", server_json());
  detail.set("cut_unix_seconds", m_cut_unix_seconds);
  if (!m_time_zone.empty()) detail.set("time_zone", m_time_zone);
  detail.set("databases", std::move(databases));
  detail.set("tables", std::move(tables));
  m_cut.reset();  // lets the server forget the old rows that it kept for us
  return detail;
}

}  // namespace resources::mysql
