#pragma once
// A real server of tests/services, and an independent client for it: Debian's mariadb and
// mariadb-dump, which know nothing of the code under test.

#include <optional>
#include <string>
#include <vector>

#include "json/value.hpp"

namespace mysql_test {

class LiveServer {
 public:
  // `name`: "MARIADB" or "MYSQL8"; nothing, and a line `skipped: reason`, when it does not run.
  static std::optional<LiveServer> find(const std::string& name);

  bool is_mariadb() const { return m_name == "MARIADB"; }
  std::string fixture() const { return is_mariadb() ? "mariadb.sql" : "mysql8.sql"; }

  void execute(const std::string& sql) const;
  // Tab-separated rows.
  std::string query(const std::string& sql) const;
  void load_fixture(const std::string& file) const;
  // Byte-equal for equal content, but for FLOAT, which it rounds. `options`: more for mariadb-dump.
  std::string dump(const std::vector<std::string>& databases,
                   const std::vector<std::string>& options = {}) const;

  // /resources/mysql of environment.json, as root through the socket, in small chunks.
  json::Value section(const std::vector<std::string>& databases) const;
  // The same over TCP, as another account.
  json::Value section_over_tcp(const std::vector<std::string>& databases, const std::string& user,
                               const std::string& password) const;
  const std::string& password() const { return m_password; }
  // File with the authority of the server's certificate, which names 127.0.0.1 on MariaDB only.
  const std::string& authority() const { return m_authority; }
  std::int64_t port() const { return m_port; }

 private:
  LiveServer() = default;
  std::string run(std::vector<std::string> argv, const std::string& input) const;

  std::string m_name;
  std::string m_socket;
  std::string m_password;
  std::string m_authority;
  std::int64_t m_port = 0;
};

// A test on each engine, counted and skipped by name.
void on_server(const std::string& name, void (*test)(const LiveServer&));

}  // namespace mysql_test

#define TEST_ON_BOTH_TAGGED(sentence, function, tags) \
  TEST_CASE("on MariaDB " sentence, tags) {           \
    mysql_test::on_server("MARIADB", function);       \
  }                                                   \
  TEST_CASE("on MySQL 8 " sentence, tags) {           \
    mysql_test::on_server("MYSQL8", function);        \
  }
#define TEST_ON_BOTH(sentence, function) TEST_ON_BOTH_TAGGED(sentence, function, "")
// Run by `ci/test --long` only.
#define TEST_ON_BOTH_LONG(sentence, function) TEST_ON_BOTH_TAGGED(sentence, function, "[long]")
