#pragma once
// One connection to the server (RAII). The only file, with its .cpp, that knows libmariadb.
// Its session is the same for every use: names as utf8mb4, results as the bytes that are stored,
// UTC, no strict mode, so that a text written by one connection means the same to another.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cancel_token.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/mysql/sql_error.hpp"

struct st_mysql;
struct st_mysql_res;

namespace resources::mysql {

// One row of a small result. A NULL is the empty optional.
using Field = std::optional<std::string>;
using Row = std::vector<Field>;

// What the server said about rows that were put in.
struct LoadResult {
  std::uint64_t records = 0;
  std::uint64_t skipped = 0;  // duplicates
  std::uint64_t warnings = 0;
};

class RowStream;

class Connection {
 public:
  // So many attempts; then Error(kUnreachable). A wrong password is Error(kCredentials) at once,
  // and a server without TLS where TLS is required Error(kConfiguration), before anything is sent.
  Connection(const MysqlSettings& settings, core::CancelToken& cancel, int attempts = 3);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Every call throws SqlError, or Cancelled once the token is set. `doing` starts the message.
  void execute(const std::string& sql, const std::string& doing = "a statement failed");
  // The same for what an account may not be allowed to do: false when the server refuses.
  bool try_execute(const std::string& sql);
  std::vector<Row> query(const std::string& sql, const std::string& doing = "a query failed");
  // First field of the first row.
  Field value(const std::string& sql, const std::string& doing = "a query failed");
  std::uint64_t number(const std::string& sql);
  // Rows as they come, never all of them in memory.
  RowStream stream(const std::string& sql, const std::string& doing);
  // LOAD DATA LOCAL INFILE whose file is `bytes`.
  LoadResult load(const std::string& sql, std::string_view bytes, const std::string& doing);

  // INSERT ... SELECT.
  LoadResult change(const std::string& sql, const std::string& doing);

  std::uint64_t id() const;
  const std::string& server_version() const { return m_version; }
  bool is_mariadb() const { return m_mariadb; }
  unsigned long version_number() const;  // 80015, 101119
  bool encrypted() const;
  const std::string& server() const { return m_server; }

 private:
  friend class RowStream;

  void open(const MysqlSettings& settings, int attempts);
  void attempt(const MysqlSettings& settings);
  [[noreturn]] void fail(const std::string& doing);
  void send(std::string_view sql, const std::string& doing);
  void drain(const std::string& doing);
  LoadResult counted() const;

  core::CancelToken& m_cancel;
  std::string m_server;
  std::string m_version;
  bool m_mariadb = false;
  st_mysql* m_handle = nullptr;
  std::optional<core::CancelToken::Socket> m_socket;
};

// A running SELECT. Left before its end, it closes the connection: nothing else would stop the
// server from sending the rest.
class RowStream {
 public:
  ~RowStream();
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;

  // False at the end. fields() and lengths() are valid until the next call.
  bool next();
  const char* const* fields() const { return m_fields; }
  const unsigned long* lengths() const { return m_lengths; }
  unsigned columns() const { return m_columns; }

 private:
  friend class Connection;
  RowStream(Connection& connection, st_mysql_res* result, std::string doing);

  Connection& m_connection;
  st_mysql_res* m_result;
  std::string m_doing;
  unsigned m_columns;
  char** m_fields = nullptr;
  unsigned long* m_lengths = nullptr;
  bool m_ended = false;
};

}  // namespace resources::mysql
