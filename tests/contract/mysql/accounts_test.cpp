// The application's accounts: what comes back, what stays, and who may put them back.

#include <catch2/catch.hpp>

#include "test_stage.hpp"

using namespace mysql_test;

namespace {

constexpr const char* kShow = "SHOW CREATE USER eb_app@'10.%'; SHOW GRANTS FOR eb_app@'10.%'";

void make_account(const LiveServer& server, const std::string& identified) {
  server.execute(
      "DROP DATABASE IF EXISTS eb_acc; CREATE DATABASE eb_acc; DROP USER IF EXISTS"
      " eb_app@'10.%'; CREATE USER eb_app@'10.%' IDENTIFIED " +
      identified + "; GRANT SELECT, INSERT ON eb_acc.* TO eb_app@'10.%'");
}

json::Value with_account(json::Value section) {
  json::Value names = json::Value::array();
  names.push_back("eb_app@10.%");
  section.set("accounts", std::move(names));
  return section;
}

void accounts(const LiveServer& server) {
  make_account(server, "BY 'first pass'");
  Stage stage(with_account(server.section({"eb_acc"})));
  const std::string before = server.query(kShow);
  const archive::ArchiveReader archive(stage.capture());
  server.execute("DROP USER eb_app@'10.%'");
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(server.query(kShow) == before);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP USER eb_app@'10.%'; DROP DATABASE eb_acc");
}

void keeps_new_password(const LiveServer& server, const std::string& earlier,
                        const std::string& now) {
  make_account(server, earlier);
  Stage stage(with_account(server.section({"eb_acc"})));
  const archive::ArchiveReader archive(stage.capture());
  server.execute("ALTER USER eb_app@'10.%' IDENTIFIED " + now);
  const std::string before = server.query(kShow);
  server.execute("REVOKE INSERT ON eb_acc.* FROM eb_app@'10.%'");
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(server.query(kShow) == before);
  stage.resource.clean_up(stage.local.context);
  server.execute("DROP USER eb_app@'10.%'; DROP DATABASE eb_acc");
}

void rotated_password(const LiveServer& server) {
  keeps_new_password(server, "BY 'first pass'", "BY 'second pass'");
}

void rotated_plugins(const LiveServer& server) {
  const std::string socket = " OR unix_socket";
  const auto native = [](const std::string& password) {
    return "VIA mysql_native_password USING PASSWORD('" + password + "')";
  };
  keeps_new_password(server, native("first WITH pass") + socket, native("second") + socket);
  const std::string limits = " REQUIRE SSL WITH MAX_USER_CONNECTIONS 5";
  keeps_new_password(server, "VIA unix_socket OR " + native("first").substr(4) + limits,
                     native("second") + limits);
}

std::vector<std::string> blocking_hints(Stage& stage, const archive::ArchiveReader& archive) {
  std::vector<std::string> hints;
  for (const auto& finding :
       stage.resource.preflight_restore(archive, stage.local.context).findings)
    if (finding.blocking) hints.push_back(finding.hint);
  return hints;
}

void rights_to_restore_accounts(const LiveServer& server) {
  make_account(server, "BY 'first pass'");
  server.execute(
      "DROP DATABASE IF EXISTS eb_side; CREATE DATABASE eb_side; CREATE TABLE eb_side.t (id INT);"
      "GRANT UPDATE ON eb_side.t TO eb_app@'10.%'; GRANT ALL ON eb_acc.* TO eb_app@'10.%';"
      "DROP USER IF EXISTS eb_rest@'%'; CREATE USER eb_rest@'%' IDENTIFIED BY 'rest';"
      "GRANT SELECT, INSERT ON eb_acc.* TO eb_rest@'%'");
  const std::string before = server.query(kShow);
  Stage owner(with_account(server.section({"eb_acc"})));
  const archive::ArchiveReader archive(owner.capture());
  CHECK(blocking_hints(owner, archive).empty());
  server.execute("DROP USER eb_app@'10.%'");
  Stage stage(with_account(server.section_over_tcp({"eb_acc"}, "eb_rest", "rest")));
  std::string hints;
  for (const auto& hint : blocking_hints(stage, archive)) {
    hints += hint + "\n";
    server.execute(hint.substr(0, hint.find(';')));
  }
  CHECK_THAT(hints, Catch::Contains("GRANT SELECT ON mysql.* TO `eb_rest`@`%`"));
  CHECK_THAT(hints, Catch::Contains("GRANT CREATE USER, GRANT OPTION ON *.* TO `eb_rest`@`%`"));
  CHECK_THAT(hints, Catch::Contains("GRANT UPDATE ON `eb_side`.`t` TO `eb_rest`@`%`"));
  CHECK_THAT(hints, Catch::Contains("EXECUTE") && Catch::Contains("to grant it to eb_app@10.%"));
  CHECK(blocking_hints(stage, archive).empty());
  stage.destroy(archive);
  stage.restore(archive);
  CHECK(server.query(kShow) == before);
  stage.resource.clean_up(stage.local.context);
  server.execute(
      "DROP USER eb_app@'10.%'; DROP USER eb_rest@'%'; DROP DATABASE eb_acc; DROP DATABASE "
      "eb_side");
}

}  // namespace

TEST_ON_BOTH("an account comes back with its password and grants", accounts)
TEST_ON_BOTH("an account that is there keeps its new password", rotated_password)
TEST_CASE("on MariaDB an account keeps its new password among several plugins") {
  on_server("MARIADB", rotated_plugins);
}
TEST_ON_BOTH("rights that accounts need to come back are asked for before",
             rights_to_restore_accounts)
