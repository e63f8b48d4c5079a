#include "live_server.hpp"

#include <cstdlib>
#include <iostream>

#include "core/subprocess.hpp"
#include "core/unique_fd.hpp"

namespace mysql_test {

namespace {
std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}
}  // namespace

std::optional<LiveServer> LiveServer::find(const std::string& name) {
  const std::string prefix = "TEST_" + name;
  LiveServer server;
  server.m_name = name;
  server.m_socket = variable(prefix + "_SOCKET");
  server.m_password = variable(prefix + "_PASSWORD");
  server.m_authority = variable(prefix + "_CA");
  server.m_port = std::strtoll(variable(prefix + "_PORT").c_str(), nullptr, 10);
  if (!server.m_socket.empty()) return server;
  const std::string reason = variable(prefix + "_SKIPPED");
  std::cout << "skipped: " << (reason.empty() ? prefix + "_SOCKET is not set" : reason) << "\n";
  return std::nullopt;
}

std::string LiveServer::run(std::vector<std::string> argv, const std::string& input) const {
  core::Command command;
  command.argv = std::move(argv);
  command.environment = {{"MYSQL_PWD", m_password}};
  command.input = input;
  const core::CancelToken never;
  return core::run_checked(command, never, core::ExitCode::kServiceError).output;
}

std::string LiveServer::query(const std::string& sql) const {
  return run({"mariadb", "--no-defaults", "--socket=" + m_socket, "--user=root",
              "--default-character-set=utf8mb4", "--batch", "--skip-column-names"},
             sql);
}

void LiveServer::execute(const std::string& sql) const {
  query(sql);
}

void LiveServer::load_fixture(const std::string& file) const {
  execute(core::read_file(std::string(MYSQL_TEST_FIXTURES) + "/" + file));
}

std::string LiveServer::dump(const std::vector<std::string>& databases,
                             const std::vector<std::string>& options) const {
  std::vector<std::string> argv{"mariadb-dump",
                                "--no-defaults",
                                "--socket=" + m_socket,
                                "--user=root",
                                "--default-character-set=utf8mb4",
                                "--skip-dump-date",
                                "--order-by-primary",
                                "--routines",
                                "--triggers",
                                "--events",
                                "--hex-blob",
                                "--single-transaction"};
  argv.insert(argv.end(), options.begin(), options.end());
  argv.emplace_back("--databases");
  argv.insert(argv.end(), databases.begin(), databases.end());
  return run(std::move(argv), "");
}

json::Value LiveServer::section(const std::vector<std::string>& databases) const {
  json::Value list = json::Value::array();
  for (const auto& name : databases) list.push_back(name);
  json::Value section = json::Value::object();
  section.set("socket", m_socket);
  section.set("user", "root");
  section.set("password", m_password);
  section.set("databases", std::move(list));
  section.set("chunk_bytes", 1024);
  return section;
}

json::Value LiveServer::section_over_tcp(const std::vector<std::string>& databases,
                                         const std::string& user,
                                         const std::string& password) const {
  json::Value section = this->section(databases);
  section.erase("socket");
  section.set("host", "127.0.0.1");
  section.set("port", m_port);
  section.set("user", user);
  section.set("password", password);
  return section;
}

void on_server(const std::string& name, void (*test)(const LiveServer&)) {
  if (const auto server = LiveServer::find(name)) test(*server);
}

}  // namespace mysql_test
