#pragma once
// Sends one chunk's rows into their table and believes nothing but the server's own count.

#include <string>
#include <string_view>

#include "archive/manifest.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

class RowLoader {
 public:
  // `scratch_schema`: where a staging table may stand.
  RowLoader(Connection& connection, const Table& table, const std::string& scratch_schema);

  // Before the transaction of a chunk begins, and after it has ended.
  void begin();
  void end();
  // Within the transaction. Throws Error(kIntegrity) with the server's warnings unless every row
  // of the chunk is in, unchanged, or the warnings can come from what the table computes.
  void send(const archive::Member& member, std::string_view rows);

 private:
  void check(const LoadResult& result, const archive::Member& member, std::string_view rows);
  bool only_lost_labels(const LoadResult& result, std::string_view rows);
  bool computes_values();
  void move_from_stage(const archive::Member& member);
  std::string column_list() const;

  Connection& m_connection;
  const Table& m_table;
  std::string m_target;  // quoted
  std::string m_stage;   // quoted; empty: rows go straight into the table
};

}  // namespace resources::mysql
