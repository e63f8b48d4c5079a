#include "resources/mysql/connection.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include <errmsg.h>
#include <mysql.h>

#include <fmt/format.h>
#include <sys/socket.h>

#include "core/error.hpp"
#include "resources/mysql/server_greeting.hpp"
#include "resources/mysql/session_settings.hpp"

namespace resources::mysql {

namespace {

constexpr unsigned kConnectTimeoutSeconds = 5;

// Where the LOCAL INFILE callbacks of one LOAD read from.
struct LoadSource {
  std::string_view left;
};

int load_init(void** state, const char* /*file*/, void* source) {
  *state = source;
  return 0;
}

int load_read(void* state, char* buffer, unsigned size) {
  auto& left = static_cast<LoadSource*>(state)->left;
  const std::size_t count = std::min<std::size_t>(size, left.size());
  std::memcpy(buffer, left.data(), count);
  left.remove_prefix(count);
  return static_cast<int>(count);
}

void load_end(void* /*state*/) {}

int load_error(void* /*state*/, char* text, unsigned size) {
  std::snprintf(text, size, "the chunk could not be sent");
  return 1;
}

// Without a handler a server could ask for any file of this machine.
int refuse_init(void** /*state*/, const char* /*file*/, void* /*source*/) {
  return 1;
}

[[noreturn]] void refuse_plain(const std::string& server) {
  throw core::Error(
      core::ExitCode::kConfiguration,
      fmt::format("cannot connect on {}: the server offers no TLS", server),
      "turn TLS on in the server, or change /resources/mysql/tls in environment.json");
}

bool must_be_encrypted(const TlsSettings& tls) {
  return tls.mode != TlsMode::kDisabled && tls.mode != TlsMode::kPreferred;
}

// libmariadb goes on without TLS where the server has none, whatever was asked for, and then sends
// the password of caching_sha2_password in the clear.
bool uses_tls(const MysqlSettings& settings, const core::CancelToken& cancel) {
  if (settings.tls.mode == TlsMode::kDisabled) return false;
  // nobody listens in on a socket file
  if (!settings.socket.empty()) return must_be_encrypted(settings.tls);
  if (offers_tls(settings, cancel)) return true;
  if (must_be_encrypted(settings.tls)) refuse_plain(settings.server());
  return false;
}

void set_tls(MYSQL* handle, const TlsSettings& tls) {
  const auto path = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
  my_bool yes = 1;
  mysql_ssl_set(handle, path(tls.key_file), path(tls.cert_file), path(tls.ca_file), nullptr,
                nullptr);
  if (must_be_encrypted(tls)) mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes);
  if (tls.mode == TlsMode::kVerifyIdentity)
    mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
}

void set_options(MYSQL* handle) {
  const unsigned yes = 1;
  const unsigned long packet = 1UL << 30;
  mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &kConnectTimeoutSeconds);
  mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &yes);
  mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
  mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
}

bool is_final(unsigned number) {
  const auto code = make_sql_error(number, "", "", "").code();
  return code == core::ExitCode::kCredentials || code == core::ExitCode::kConfiguration;
}

// An account that requires TLS is refused like one with a wrong password.
std::string connecting(const MysqlSettings& settings, unsigned number) {
  constexpr unsigned kAccessDenied = 1045;
  const bool plain = settings.tls.mode == TlsMode::kDisabled && settings.socket.empty();
  return number == kAccessDenied && plain
             ? "cannot connect without TLS (/resources/mysql/tls/mode is \"disabled\")"
             : "cannot connect";
}

std::uint64_t after(std::string_view info, std::string_view word) {
  const std::size_t at = info.find(word);
  return at == std::string_view::npos ? 0 : std::strtoull(&info[at + word.size()], nullptr, 10);
}

}  // namespace

Connection::Connection(const MysqlSettings& settings, core::CancelToken& cancel, int attempts)
    : m_cancel(cancel), m_server(settings.server()) {
  try {
    open(settings, attempts);
    m_version = mysql_get_server_info(m_handle);
    m_mariadb = mariadb_connection(m_handle) != 0;
    pin_session(*this);
  } catch (...) {
    m_socket.reset();
    if (m_handle != nullptr) mysql_close(m_handle);
    throw;
  }
}

Connection::~Connection() {
  m_socket.reset();
  mysql_close(m_handle);
}

void Connection::open(const MysqlSettings& settings, int attempts) {
  for (int attempt_number = 1;; ++attempt_number) {
    m_cancel.check();
    attempt(settings);
    const unsigned number = mysql_errno(m_handle);
    if (number == 0) break;
    if (is_final(number) || attempt_number == attempts) fail(connecting(settings, number));
    m_cancel.sleep_ms(500 * attempt_number);
  }
  if (must_be_encrypted(settings.tls) && !encrypted()) refuse_plain(m_server);
  m_socket.emplace(m_cancel, static_cast<int>(mysql_get_socket(m_handle)));
}

void Connection::attempt(const MysqlSettings& settings) {
  if (m_handle != nullptr) mysql_close(m_handle);
  m_handle = mysql_init(nullptr);
  if (m_handle == nullptr) throw std::bad_alloc();
  set_options(m_handle);
  if (uses_tls(settings, m_cancel)) set_tls(m_handle, settings.tls);
  const bool local = !settings.socket.empty();
  mysql_real_connect(m_handle, local ? "localhost" : settings.host.c_str(), settings.user.c_str(),
                     settings.password.c_str(), nullptr, local ? 0 : settings.port,
                     local ? settings.socket.c_str() : nullptr, CLIENT_LOCAL_FILES);
  mysql_set_local_infile_handler(m_handle, refuse_init, load_read, load_end, load_error, nullptr);
}

void Connection::fail(const std::string& doing) {
  m_cancel.check();
  unsigned number = mysql_errno(m_handle);
  // once connected, an encrypted stream that breaks off is a lost connection like any other
  if (m_socket && number == CR_SSL_CONNECTION_ERROR) number = CR_SERVER_LOST;
  throw make_sql_error(number, mysql_error(m_handle), doing, m_server);
}

void Connection::send(std::string_view sql, const std::string& doing) {
  m_cancel.check();
  if (mysql_real_query(m_handle, sql.data(), sql.size()) != 0) fail(doing);
}

void Connection::drain(const std::string& doing) {
  if (MYSQL_RES* result = mysql_use_result(m_handle)) mysql_free_result(result);
  if (mysql_errno(m_handle) != 0) fail(doing);
}

void Connection::execute(const std::string& sql, const std::string& doing) {
  send(sql, doing);
  drain(doing);
}

bool Connection::try_execute(const std::string& sql) {
  try {
    execute(sql);
    return true;
  } catch (const SqlError& error) {
    if (error.code() == core::ExitCode::kUnreachable) throw;
    return false;
  }
}

std::vector<Row> Connection::query(const std::string& sql, const std::string& doing) {
  RowStream rows = stream(sql, doing);
  std::vector<Row> result;
  while (rows.next()) {
    Row row;
    row.reserve(rows.columns());
    for (unsigned i = 0; i < rows.columns(); ++i) {
      const char* field = rows.fields()[i];
      row.push_back(field == nullptr ? Field() : Field(std::string(field, rows.lengths()[i])));
    }
    result.push_back(std::move(row));
  }
  return result;
}

Field Connection::value(const std::string& sql, const std::string& doing) {
  auto rows = query(sql, doing);
  return rows.empty() || rows[0].empty() ? Field() : std::move(rows[0][0]);
}

std::uint64_t Connection::number(const std::string& sql) {
  return std::strtoull(value(sql).value_or("0").c_str(), nullptr, 10);
}

RowStream Connection::stream(const std::string& sql, const std::string& doing) {
  send(sql, doing);
  MYSQL_RES* result = mysql_use_result(m_handle);
  if (result == nullptr) {
    if (mysql_errno(m_handle) != 0) fail(doing);
    throw core::Error(core::ExitCode::kInternal, doing + ": the statement has no result");
  }
  return {*this, result, doing};
}

LoadResult Connection::load(const std::string& sql, std::string_view bytes,
                            const std::string& doing) {
  LoadSource source{bytes};
  mysql_set_local_infile_handler(m_handle, load_init, load_read, load_end, load_error, &source);
  const int failed = mysql_real_query(m_handle, sql.data(), sql.size());
  mysql_set_local_infile_handler(m_handle, refuse_init, load_read, load_end, load_error, nullptr);
  if (failed != 0) fail(doing);
  if (!source.left.empty())
    throw core::Error(core::ExitCode::kIntegrity, doing + ": the server did not read all rows");
  return counted();
}

LoadResult Connection::change(const std::string& sql, const std::string& doing) {
  execute(sql, doing);
  return counted();
}

LoadResult Connection::counted() const {
  const char* text = mysql_info(m_handle);
  const std::string_view info = text == nullptr ? "" : text;
  return {after(info, "Records: "), after(info, "Skipped: ") + after(info, "Duplicates: "),
          after(info, "Warnings: ")};
}

std::uint64_t Connection::id() const {
  return mysql_thread_id(m_handle);
}

unsigned long Connection::version_number() const {
  return mysql_get_server_version(m_handle);
}

bool Connection::encrypted() const {
  return mysql_get_ssl_cipher(m_handle) != nullptr;
}

RowStream::RowStream(Connection& connection, st_mysql_res* result, std::string doing)
    : m_connection(connection),
      m_result(result),
      m_doing(std::move(doing)),
      m_columns(mysql_num_fields(result)) {}

RowStream::~RowStream() {
  if (!m_ended) ::shutdown(static_cast<int>(mysql_get_socket(m_connection.m_handle)), SHUT_RDWR);
  mysql_free_result(m_result);
}

bool RowStream::next() {
  m_fields = mysql_fetch_row(m_result);
  if (m_fields != nullptr) {
    m_lengths = mysql_fetch_lengths(m_result);
    return true;
  }
  m_ended = true;
  if (mysql_errno(m_connection.m_handle) != 0) m_connection.fail(m_doing);
  return false;
}

}  // namespace resources::mysql
