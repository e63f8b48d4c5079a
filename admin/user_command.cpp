#include "admin/user_command.hpp"

#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>

#include "admin/auth/password.hpp"
#include "admin/settings/settings.hpp"
#include "admin/store/accounts.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"

namespace admin {

namespace {

// No echo while a password is typed.
class SilentTerminal {
 public:
  SilentTerminal() {
    ::tcgetattr(STDIN_FILENO, &m_before);
    termios silent = m_before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before); }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios m_before{};
};

std::string read_line() {
  std::string line;
  std::getline(std::cin, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string prompt(const char* text) {
  std::fputs(text, stderr);
  const SilentTerminal silent;
  std::string line = read_line();
  std::fputs("\n", stderr);
  return line;
}

// From the terminal, twice; else the first line of standard input. Never from the command line,
// which every user of the machine can read.
std::string ask_password(const std::string& name) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  std::string password = terminal ? prompt("password: ") : read_line();
  if (const auto weakness = weakness_of(password, name); !weakness.empty())
    throw core::Error(core::ExitCode::kUsage, "the password " + weakness,
                      "several words make a good one");
  if (terminal && prompt("again: ") != password)
    throw core::Error(core::ExitCode::kUsage, "the two passwords differ", "try again");
  return password;
}

std::string wanted_name(const cli::Call& call) {
  std::string name = call.options.require("name");
  if (!is_account_name(name))
    throw core::Error(core::ExitCode::kUsage, "this cannot be the name of an account",
                      "1 to 64 of a-z, 0-9, '.', '_' and '-'");
  return name;
}

void list(Accounts& accounts) {
  for (const auto& account : accounts.list())
    std::cout << fmt::format("{:<24} {:<9} {}\n", account.name, to_text(account.role),
                             account.disabled ? "disabled" : "");
}

void add(Accounts& accounts, const cli::Call& call, std::int64_t now_ms) {
  const std::string name = wanted_name(call);
  const Role role = role_from_text(call.options.get("role"));
  accounts.add({name, role, hash_password(ask_password(name)), false, now_ms});
}

void change(Accounts& accounts, const cli::Call& call, std::int64_t now_ms) {
  const std::string name = wanted_name(call);
  const std::string& verb = call.options.verb();
  const std::string hash = verb == "passwd" ? hash_password(ask_password(name)) : "";
  accounts.change(name, [&](Account& account) {
    if (verb == "passwd") account.password_hash = hash;
    if (verb == "role") account.role = role_from_text(call.options.get("role"));
    if (verb == "disable" || verb == "enable") account.disabled = verb == "disable";
    account.changed_ms = now_ms;
  });
}

// Accounts belong to the service, whoever runs this.
void give_to_owner_of(const std::string& folder) {
  struct stat info {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &info) != 0) return;
  for (const char* name : {"/accounts.json", "/accounts.json.lock"})
    [[maybe_unused]] const int given = ::chown((folder + name).c_str(), info.st_uid, info.st_gid);
}

void run_user(cli::Call& call) {
  const std::string folder = load_data_folder(call.options.get("config"));
  std::filesystem::create_directories(folder);
  Accounts accounts(folder);
  const auto now_ms = core::system_clock().now_ms();
  if (call.options.verb() == "list") return list(accounts);
  if (call.options.verb() == "add")
    add(accounts, call, now_ms);
  else
    change(accounts, call, now_ms);
  give_to_owner_of(folder);
}

}  // namespace

cli::Step user_command() {
  cli::Step step{"athena-admin user",
                 "accounts of the Admin Interface. A password is read from the terminal, or from "
                 "standard input.",
                 {"add", "passwd", "role", "list", "disable", "enable"},
                 {{"name", "", "of the account", false, ""},
                  {"role", "", "viewer or operator", false, "viewer"},
                  {"config", "ATHENA_ADMIN_CONFIG", "path of athena-admin.json", false,
                   "/etc/athena-admin/athena-admin.json"}},
                 run_user};
  step.for_environment = false;
  return step;
}

}  // namespace admin
