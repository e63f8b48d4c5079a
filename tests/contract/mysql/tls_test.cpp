// How the connection is made: encrypted or not, by which kind of account, to whom.

#include <catch2/catch.hpp>

#include "resources/mysql/connection.hpp"
#include "test_stage.hpp"

using namespace mysql_test;
using core::ExitCode;

namespace {

// A new account each time: MySQL remembers whoever came in once, and asks no more for a key.
void make_account(const LiveServer& server) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_tls; CREATE DATABASE eb_tls; CREATE TABLE eb_tls.t (id INT "
      "PRIMARY"
      " KEY); INSERT INTO eb_tls.t VALUES (1);"
      "DROP USER IF EXISTS eb_tls@'%'; CREATE USER eb_tls@'%' IDENTIFIED BY 'a ''secret'' word';"
      "GRANT ALL ON *.* TO eb_tls@'%'");
}

void drop_account(const LiveServer& server) {
  server.execute("DROP USER eb_tls@'%'; DROP DATABASE eb_tls");
}

json::Value section(const LiveServer& server, const std::string& mode, const std::string& ca = "") {
  auto section = server.section_over_tcp({"eb_tls"}, "eb_tls", "a 'secret' word");
  json::Value tls = json::Value::object();
  tls.set("mode", mode);
  if (!ca.empty()) tls.set("ca_file", ca);
  section.set("tls", std::move(tls));
  return section;
}

// "" when the connection is not encrypted.
std::string cipher_of(const json::Value& section) {
  core::CancelToken cancel;
  resources::mysql::Connection connection(
      resources::mysql::read_settings(support::settings_of(section)), cancel);
  return connection.query("SHOW STATUS LIKE 'Ssl_cipher'").at(0).at(1).value_or("");
}

ExitCode code_with(const json::Value& section, std::string* message = nullptr) {
  return code_of([&] { cipher_of(section); }, message);
}

void encrypted_unless_disabled(const LiveServer& server) {
  make_account(server);
  if (!server.is_mariadb())
    CHECK(server.query("SELECT plugin FROM mysql.user WHERE user='eb_tls'") ==
          "caching_sha2_password\n");
  CHECK(!cipher_of(section(server, "preferred")).empty());
  make_account(server);
  CHECK(!cipher_of(section(server, "required")).empty());
  make_account(server);
  // the password is then encrypted by the server's RSA key, on MySQL
  CHECK(cipher_of(section(server, "disabled")).empty());
  auto local = server.section({"eb_tls"});
  CHECK(cipher_of(local).empty());
  drop_account(server);
}

void works_encrypted(const LiveServer& server) {
  make_account(server);
  Stage stage(section(server, "verify_ca", server.authority()));
  const archive::ArchiveReader archive(stage.capture());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(text_of(stage.prove(archive)).empty());
  stage.resource.clean_up(stage.local.context);
  drop_account(server);
}

void verifies_the_authority(const LiveServer& server) {
  make_account(server);
  CHECK(!cipher_of(section(server, "verify_ca", server.authority())).empty());
  const auto other = LiveServer::find(server.is_mariadb() ? "MYSQL8" : "MARIADB");
  if (!other) return;
  std::string message;
  CHECK(code_with(section(server, "verify_ca", other->authority()), &message) ==
        ExitCode::kConfiguration);
  CHECK_THAT(message, Catch::Contains("/resources/mysql/tls"));
  CHECK_THAT(message, !Catch::Contains("secret"));
  CHECK(code_with(section(server, "verify_identity", other->authority())) ==
        ExitCode::kConfiguration);
  drop_account(server);
}

void verifies_the_name(const LiveServer& server) {
  make_account(server);
  const auto code = code_with(section(server, "verify_identity", server.authority()));
  // the certificate that MySQL makes for itself names nobody
  CHECK(code == (server.is_mariadb() ? ExitCode::kOk : ExitCode::kConfiguration));
  drop_account(server);
}

void verifies_nothing_without_an_authority(const LiveServer& server) {
  make_account(server);
  for (const std::string mode : {"verify_ca", "verify_identity"}) {
    std::string message;
    CHECK(code_with(section(server, mode), &message) == ExitCode::kConfiguration);
    CHECK_THAT(message, Catch::Contains("ca_file"));
  }
  drop_account(server);
}

void says_that_the_server_requires_tls(const LiveServer& server) {
  make_account(server);
  std::string message;
  server.execute("SET GLOBAL require_secure_transport=1");
  const auto code = code_with(section(server, "disabled"), &message);
  server.execute("SET GLOBAL require_secure_transport=0");
  // MariaDB answers as to a wrong password
  CHECK(code == (server.is_mariadb() ? ExitCode::kCredentials : ExitCode::kConfiguration));
  CHECK_THAT(message, Catch::Contains("/resources/mysql/tls"));
  server.execute("ALTER USER eb_tls@'%' REQUIRE SSL");
  CHECK(code_with(section(server, "disabled"), &message) == ExitCode::kCredentials);
  CHECK_THAT(message, Catch::Contains("without TLS (/resources/mysql/tls/mode"));
  drop_account(server);
}

void asks_for_no_file_that_is_missing(const LiveServer& server) {
  make_account(server);
  CHECK(code_with(section(server, "verify_ca", "/nonexistent/ca.pem")) == ExitCode::kConfiguration);
  drop_account(server);
}

}  // namespace

TEST_ON_BOTH("TCP is encrypted unless that is disabled, a socket file is not",
             encrypted_unless_disabled)
TEST_ON_BOTH("a backup and a restore go through TLS", works_encrypted)
TEST_ON_BOTH("a server whose authority is another one is refused", verifies_the_authority)
TEST_ON_BOTH("verify_identity takes only the host's own certificate", verifies_the_name)
TEST_ON_BOTH("a CA file that is not there is a wrong configuration",
             asks_for_no_file_that_is_missing)
TEST_ON_BOTH("a certificate is not verified without an authority: that is refused",
             verifies_nothing_without_an_authority)
TEST_ON_BOTH("a server or account that requires TLS is told from a wrong password",
             says_that_the_server_requires_tls)
