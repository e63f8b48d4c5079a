#pragma once
// Copies the rows of one table into chunks: from the server's answer straight into the chunk's
// buffer, compressed in the same thread.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/mysql/range_planner.hpp"
#include "resources/mysql/row_buffer.hpp"

namespace resources::mysql {

class TableCapture {
 public:
  TableCapture(const Table& table, archive::ChunkSink& sink, core::Context& context,
               std::size_t chunk_bytes);

  // Any thread, each with a connection of its own.
  void copy(Connection& connection, const Range& range);

  // Asks the server how many rows there are, apart from the reading of them.
  void count(Connection& connection);
  // Throws Error(kIntegrity) when copy() was given another number of rows. After both.
  void check_count() const;

  const Table& table() const { return m_table; }
  // Of all rows copied so far.
  RowChecksum checksum() const;
  // The same with stored generated columns.
  RowChecksum computed() const;

 private:
  void put(RowBuffer& rows);
  std::string next_path();

  const Table& m_table;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  const std::size_t m_chunk_bytes;
  mutable std::mutex m_mutex;
  std::size_t m_chunks = 0;
  std::atomic<bool> m_dense{false};  // the last chunk hardly shrank
  RowChecksum m_checksum;
  RowChecksum m_computed;
  std::uint64_t m_counted = 0;
};

}  // namespace resources::mysql
