#include "resources/mysql/prove_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/mysql/definition_comparison.hpp"
#include "resources/mysql/live_objects.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/row_buffer.hpp"
#include "resources/mysql/row_format.hpp"
#include "resources/mysql/schema_reader.hpp"

namespace resources::mysql {

namespace {

constexpr std::uint64_t kRangeBytes = std::uint64_t{24} << 20;

std::string rows_text(const RowChecksum& sum) {
  return fmt::format("{} rows, checksum {}", sum.rows(), sum.hex());
}

bool same_names(const std::vector<Column>& a, const std::vector<Column>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Column& one, const Column& other) { return one.name == other.name; });
}

// Archives of earlier versions name no generated columns.
bool reads_alike(const Table& live, const Table& wanted) {
  return same_names(live.columns, wanted.columns) &&
         (wanted.computed.empty() || same_names(live.computed, wanted.computed));
}

}  // namespace

ProveWork::ProveWork(const MysqlSettings& settings, ArchivedMysql archive, core::Context& context,
                     Proof proof, std::optional<ProofMark> known)
    : m_settings(settings),
      m_context(context),
      m_archive(std::move(archive)),
      m_proof(proof),
      m_known(known) {
  open_connections();
  auto connection = m_readers.borrow(context.cancel);
  m_began = mark_now(*connection);
  m_live = read_schemas(*connection, existing_databases(*connection, m_archive.databases()));
  read_triggers(*connection, m_live);
  m_definitions = m_archive.definitions(context);
  compare_objects();
  plan_tables(*connection);
  connection.give_back();
}

void ProveWork::open_connections() {
  while (m_readers.size() < m_settings.connections) {
    auto reader = connect_one_more(m_settings, m_context, m_readers.size(), m_settings.connections);
    if (!reader) break;
    m_readers.add(std::move(reader));
  }
}

void ProveWork::compare_objects() {
  for (auto& difference :
       compare_definitions(m_definitions, m_live.definitions, m_settings.replace_definer_with))
    add_difference(difference.definition, std::move(difference.expected),
                   std::move(difference.found));
}

void ProveWork::add_difference(const Definition& definition, std::string expected,
                               std::string found) {
  m_differences.push_back({label(definition), std::move(expected), std::move(found)});
  m_journal_items.push_back(object_item(definition));
  if (definition.kind != ObjectKind::kTable) return;
  for (const char* what : {"table", "keys", "rows", "zone", "counter", "foreign keys"})
    m_journal_items.push_back(table_item(what, definition.database, definition.name));
  // a table that is made again loses its triggers
  for (const auto& other : m_definitions)
    if (other.kind == ObjectKind::kTrigger && other.database == definition.database)
      m_journal_items.push_back(object_item(other));
  for (const auto& archived : m_archive.tables())
    if (archived.table.database == definition.database && archived.table.name == definition.name)
      for (const std::size_t chunk : archived.chunks) m_journal_items.push_back(chunk_item(chunk));
}

// A table whose columns differ has been named already; its rows cannot be compared.
void ProveWork::plan_tables(Connection& connection) {
  m_sums.resize(m_archive.tables().size());
  m_computed.resize(m_archive.tables().size());
  for (std::size_t i = 0; i < m_archive.tables().size(); ++i) {
    const Table& wanted = m_archive.tables()[i].table;
    const Table* live = m_live.table(wanted.database, wanted.name);
    if (live == nullptr || !reads_alike(*live, wanted)) continue;
    if (is_known(connection, wanted)) {
      m_sums[i] = m_archive.tables()[i].checksum;
      m_computed[i] = m_archive.tables()[i].computed.value_or(m_sums[i]);
      continue;
    }
    std::size_t number = 0;
    for (const auto& range : plan_ranges(connection, wanted, wanted.estimated_bytes, kRangeBytes))
      m_plan.push_back({fmt::format("{}#{}", wanted.label(), ++number), range.estimated_bytes,
                        false, [this, i, range] { sum_up(i, range); }});
  }
}

// Its rows were counted and summed up when it was staged; a count more costs little.
bool ProveWork::is_known(Connection& connection, const Table& table) const {
  return m_known && is_unchanged(connection, table, *m_known);
}

// Triggers would keep the tables from being moved, and nobody needs the rest any more.
void ProveWork::end_rehearsal() {
  auto connection = m_readers.borrow(m_context.cancel);
  drop_programs(*connection, m_context, m_live.definitions);
  std::vector<std::string> items;
  for (const auto& definition : m_live.definitions)
    if (definition.kind != ObjectKind::kTable && definition.kind != ObjectKind::kSequence)
      items.push_back(object_item(definition));
  LoadJournal::forget(*connection, m_context, m_settings.environment, items, LoadJournal::kStaged);
  connection->execute("COMMIT");
  connection.give_back();
  record_mark(m_context, kStagedMark, m_began);
}

std::vector<Task> ProveWork::plan() {
  return m_plan;
}

void ProveWork::sum_up(std::size_t number, const Range& range) {
  const Table& table = m_archive.tables()[number].table;
  std::optional<core::MemoryBudget::Charge> charge;
  RowBuffer rows(table, false, [&](std::size_t capacity) {
    charge.reset();
    charge.emplace(m_context.memory.acquire(2 * capacity, m_context.cancel));
  });
  auto connection = m_readers.borrow(m_context.cancel);
  {
    RowStream stream =
        connection->stream(select_rows(table, range), "cannot read table " + table.label());
    while (stream.next()) rows.add(stream.fields(), stream.lengths());
  }
  connection.give_back();
  m_context.progress.advance("mysql", range.estimated_bytes);
  const std::lock_guard lock(m_mutex);
  m_sums[number] += rows.checksum();
  m_computed[number] += rows.computed();
}

void ProveWork::compare_rows() {
  for (std::size_t i = 0; i < m_archive.tables().size(); ++i) {
    const ArchivedTable& archived = m_archive.tables()[i];
    if (m_sums[i] == archived.checksum) {
      compare_computed(archived, m_computed[i]);
      continue;
    }
    Definition definition;
    definition.database = archived.table.database;
    definition.name = archived.table.name;
    add_difference(definition, rows_text(archived.checksum), rows_text(m_sums[i]));
  }
}

void ProveWork::compare_computed(const ArchivedTable& archived, const RowChecksum& found) {
  if (!archived.computed || found == *archived.computed) return;
  std::string names;
  for (const auto& column : archived.table.computed)
    names += (names.empty() ? "" : ", ") + column.name;
  Definition definition;
  definition.database = archived.table.database;
  definition.name = archived.table.name;
  add_difference(
      definition,
      fmt::format("generated columns {} with checksum {}", names, archived.computed->hex()),
      fmt::format("checksum {}; they were computed in time zone {}", found.hex(),
                  m_archive.time_zone().empty() ? "UTC" : m_archive.time_zone()));
}

void ProveWork::strike_from_journal() {
  if (m_journal_items.empty()) return;
  auto connection = m_readers.borrow(m_context.cancel);
  const std::string schema = scratch_schema(m_settings.environment);
  if (!existing_databases(*connection, {schema}).empty())
    LoadJournal::forget(*connection, m_context, m_settings.environment, m_journal_items);
  connection.give_back();
}

json::Value ProveWork::finish() {
  compare_rows();
  if (m_proof != Proof::kStaged)
    strike_from_journal();
  else if (m_differences.empty())
    end_rehearsal();
  return to_json(m_differences);
}

}  // namespace resources::mysql
