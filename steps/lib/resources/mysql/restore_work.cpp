#include "resources/mysql/restore_work.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "resources/mysql/accounts.hpp"
#include "resources/mysql/object_builder.hpp"
#include "resources/mysql/server_locks.hpp"

namespace resources::mysql {

namespace {

constexpr int kAttempts = 5;

bool may_be_tried_again(const SqlError& error) {
  return error.number() == 1213 || error.number() == 1205;  // deadlock, lock wait
}

}  // namespace

void set_up_loading(Connection& connection, const MysqlSettings& settings,
                    const ArchivedMysql& archive) {
  connection.execute("SET SESSION autocommit=0, unique_checks=0, foreign_key_checks=0");
  if (settings.disable_binary_log) connection.execute("SET SESSION sql_log_bin=0");
  if (connection.is_mariadb()) connection.execute("SET SESSION check_constraint_checks=0");
  const auto& tables = archive.tables();
  if (std::any_of(tables.begin(), tables.end(), [](const ArchivedTable& archived) {
        return archived.table.history == History::kKept;
      }))
    connection.execute("SET SESSION system_versioning_insert_history=1");
  // what an older server was content with is not to be judged by a newer one
  connection.try_execute("SET SESSION innodb_strict_mode=0");
}

RestoreWork::RestoreWork(const MysqlSettings& settings, ArchivedMysql archive,
                         core::Context& context, const char* journal)
    : m_settings(settings),
      m_context(context),
      m_archive(std::move(archive)),
      m_journal_name(journal) {
  context.lease.check();
  open_connections();
  m_journal = std::make_unique<LoadJournal>(*m_control, context, settings.environment,
                                            m_archive.reader().manifest_sha256(), m_journal_name);
  m_definitions = m_archive.definitions(context);
  ObjectBuilder builder(*m_control, *m_journal, context, settings.replace_definer_with,
                        m_archive.cut_unix_seconds());
  builder.create_databases(m_definitions);
  builder.create_sequences(m_definitions);
  list_tasks();
  create_tables();
  queue_rows();
}

void RestoreWork::open_connections() {
  const ServerLocks locks(m_settings.environment);
  m_control = std::make_unique<Connection>(m_settings, m_context.cancel);
  locks.end_leftovers(*m_control, m_context);
  locks.take(*m_control, 0);
  set_up_loading(*m_control, m_settings, m_archive);
  for (std::size_t i = 0; i < m_settings.connections; ++i) {
    auto worker = connect_one_more(m_settings, m_context, i, m_settings.connections);
    if (!worker) break;
    locks.take(*worker, i + 1);
    set_up_loading(*worker, m_settings, m_archive);
    m_workers.add(std::move(worker));
  }
}

void RestoreWork::list_tasks() {
  std::map<std::string, const ArchivedTable*> rows;
  for (const auto& archived : m_archive.tables())
    rows.emplace(archived.table.database + '\n' + archived.table.name, &archived);
  for (const auto& definition : m_definitions) {
    if (definition.kind != ObjectKind::kTable) continue;
    const auto found = rows.find(definition.database + '\n' + definition.name);
    m_tasks.push_back({definition, found == rows.end() ? nullptr : found->second, false});
  }
}

void RestoreWork::create_tables() {
  TableBuilder builder(*m_journal, m_context);
  for (auto& task : m_tasks) builder.create(*m_control, task);
}

void RestoreWork::queue_rows() {
  const TableBuilder builder(*m_journal, m_context);
  for (std::size_t i = 0; i < m_tasks.size(); ++i) {
    const TableTask& task = m_tasks[i];
    if (task.rows == nullptr) continue;
    const bool whole = !task.rows->table.transactional;
    std::vector<std::size_t> pending;
    for (const std::size_t index : task.rows->chunks)
      if (!m_journal->is_done(whole ? task.item("rows") : chunk_item(index)))
        pending.push_back(index);
    const bool keys = task.late_keys && !m_journal->is_done(task.item("keys"));
    if (pending.empty() && !keys && !builder.is_counter_due(task)) continue;
    std::uint64_t bytes = 0;
    for (const std::size_t index : pending) bytes += m_archive.member(index).plain_size;
    m_queue.add(i, std::move(pending), bytes, whole);
  }
}

std::vector<Task> RestoreWork::plan() {
  std::vector<Task> tasks;
  const std::size_t turns = m_queue.turns();
  for (std::size_t i = 0; i < turns; ++i)
    tasks.push_back({fmt::format("turn {}", i + 1), m_archive.plain_bytes() / turns, false,
                     [this] { take_turn(); }});
  return tasks;
}

void RestoreWork::take_turn() {
  const auto turn = m_queue.next();
  if (!turn) return;
  auto connection = m_workers.borrow(m_context.cancel);
  load_rows(*connection, *turn);
  if (m_queue.finished(*turn)) complete(*connection, m_tasks[turn->table]);
  connection.give_back();
}

// Its rows are in.
void RestoreWork::complete(Connection& connection, const TableTask& task) {
  TableBuilder builder(*m_journal, m_context);
  builder.add_keys(connection, task);
  builder.compute_again(connection, task, m_archive.time_zone());
  builder.set_counter(connection, task);
}

void RestoreWork::load_rows(Connection& connection, const LoadQueue::Turn& turn) {
  if (turn.chunks.empty()) return;
  const TableTask& task = m_tasks[turn.table];
  if (!task.rows->table.transactional) {
    load_whole(connection, task, turn.chunks);
    return;
  }
  for (const std::size_t index : turn.chunks) load_chunk(connection, task, index);
}

void RestoreWork::load_chunk(Connection& connection, const TableTask& task, std::size_t index) {
  const archive::Member& member = m_archive.member(index);
  const auto charge =
      m_context.memory.acquire(member.plain_size + member.stored_size, m_context.cancel);
  // checked to its last byte before the first one is sent: the server keeps what it was given
  const std::string rows = m_archive.reader().read(member);
  RowLoader loader(connection, task.rows->table, m_journal->schema());
  loader.begin();
  for (int attempt = 1;; ++attempt) {
    try {
      attempt_chunk(connection, loader, index, rows);
      break;
    } catch (const SqlError& error) {
      if (!may_be_tried_again(error) || attempt == kAttempts) throw;
      connection.execute("ROLLBACK");
    }
  }
  loader.end();
}

void RestoreWork::attempt_chunk(Connection& connection, RowLoader& loader, std::size_t index,
                                std::string_view rows) {
  m_context.lease.check();
  loader.send(m_archive.member(index), rows);
  m_journal->insert(connection, chunk_item(index));
  connection.execute("COMMIT", "cannot commit rows");
  m_journal->mirror(chunk_item(index));
  m_context.progress.advance("mysql", rows.size());
}

void RestoreWork::load_whole(Connection& connection, const TableTask& task,
                             const std::vector<std::size_t>& chunks) {
  m_context.lease.check();
  TableBuilder(*m_journal, m_context).empty(connection, task);
  RowLoader loader(connection, task.rows->table, m_journal->schema());
  loader.begin();
  for (const std::size_t index : chunks) {
    const archive::Member& member = m_archive.member(index);
    const auto charge =
        m_context.memory.acquire(member.plain_size + member.stored_size, m_context.cancel);
    const std::string rows = m_archive.reader().read(member);
    // with a stage each chunk leaves it empty again
    loader.send(member, rows);
    m_context.progress.advance("mysql", rows.size());
  }
  loader.end();
  m_journal->done(connection, task.item("rows"));
}

void RestoreWork::add_foreign_keys() {
  TableBuilder tables(*m_journal, m_context);
  for (const auto& task : m_tasks) tables.add_foreign_keys(*m_control, task);
}

json::Value RestoreWork::finish() {
  add_foreign_keys();
  ObjectBuilder(*m_control, *m_journal, m_context, m_settings.replace_definer_with,
                m_archive.cut_unix_seconds())
      .create_programs(m_definitions);
  json::Value lines = json::Value::array();
  for (const auto& account : m_archive.accounts(m_context))
    lines.push_back(restore_account(*m_control, account));
  json::Value report = json::Value::object();
  report.set("tables", m_tasks.size());
  report.set("objects", m_definitions.size());
  report.set("accounts", std::move(lines));
  return report;
}

}  // namespace resources::mysql
