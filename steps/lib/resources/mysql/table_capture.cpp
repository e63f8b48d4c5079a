#include "resources/mysql/table_capture.hpp"

#include <fmt/format.h>

#include "archive/manifest.hpp"
#include "core/error.hpp"
#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {
constexpr std::size_t kDensePercent = 85;
}

TableCapture::TableCapture(const Table& table, archive::ChunkSink& sink, core::Context& context,
                           std::size_t chunk_bytes)
    : m_table(table), m_sink(sink), m_context(context), m_chunk_bytes(chunk_bytes) {}

void TableCapture::copy(Connection& connection, const Range& range) {
  std::optional<core::MemoryBudget::Charge> charge;
  // the buffer, what zstd makes of it, and the client library's own copy of a row
  RowBuffer rows(m_table, true, [&](std::size_t capacity) {
    charge.reset();
    charge.emplace(m_context.memory.acquire(2 * capacity + capacity / 2, m_context.cancel));
  });
  rows.reserve(m_chunk_bytes + m_chunk_bytes / 16);
  RowStream stream =
      connection.stream(select_rows(m_table, range), "cannot read table " + m_table.label());
  while (stream.next()) {
    rows.add(stream.fields(), stream.lengths());
    if (rows.bytes().size() >= m_chunk_bytes) put(rows);
  }
  if (!rows.bytes().empty()) put(rows);
}

void TableCapture::count(Connection& connection) {
  m_counted = connection.number(
      fmt::format("SELECT COUNT(*) FROM {}{}", quote_name(m_table.database, m_table.name),
                  m_table.history == History::kKept ? " FOR SYSTEM_TIME ALL" : ""));
}

void TableCapture::check_count() const {
  const std::uint64_t copied = checksum().rows();
  if (copied == m_counted) return;
  throw core::Error(
      core::ExitCode::kIntegrity,
      fmt::format("table {} has {} rows, but the server returned {} of them", m_table.label(),
                  m_counted, copied),
      "run CHECK TABLE on it, and look for a proxy or a global setting that limits results");
}

void TableCapture::put(RowBuffer& rows) {
  m_context.cancel.check();
  archive::ChunkName name{next_path(), "mysql", rows.checksum().rows(), json::Value::object()};
  name.meta.set("kind", "rows");
  name.meta.set("database", m_table.database);
  name.meta.set("table", m_table.name);
  name.meta.set("checksum", rows.checksum().hex());
  const auto chunk = archive::encode_zstd(
      rows.bytes(), m_dense ? archive::Tuning::kDense : archive::Tuning::kRows);
  m_dense = chunk.stored.size() > chunk.plain_size / 100 * kDensePercent;
  m_sink.put(std::move(name), chunk);
  m_context.progress.advance("mysql", rows.bytes().size());
  {
    const std::lock_guard lock(m_mutex);
    m_checksum += rows.checksum();
    m_computed += rows.computed();
  }
  rows.clear();
}

std::string TableCapture::next_path() {
  const std::lock_guard lock(m_mutex);
  return fmt::format("mysql/{}/{}/{:06}.tsv.zst", archive::encode_name(m_table.database),
                     archive::encode_name(m_table.name), ++m_chunks);
}

RowChecksum TableCapture::checksum() const {
  const std::lock_guard lock(m_mutex);
  return m_checksum;
}

RowChecksum TableCapture::computed() const {
  const std::lock_guard lock(m_mutex);
  return m_computed;
}

}  // namespace resources::mysql
