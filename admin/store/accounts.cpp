#include "admin/store/accounts.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "json/value.hpp"

namespace admin {

namespace {

// Changes whenever the file is replaced; empty while there is none.
std::string stamp_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return "";
  return fmt::format("{}-{}-{}-{}", info.st_ino, info.st_size, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec);
}

std::map<std::string, Account> read_accounts(const std::string& path) {
  std::map<std::string, Account> accounts;
  if (stamp_of(path).empty()) return accounts;
  const auto document = json::parse(core::read_file(path), path);
  for (const auto& entry : document.at("accounts").as_array()) {
    Account account;
    account.name = entry.at("name").as_string();
    account.role = role_from_text(entry.at("role").as_string());
    account.password_hash = entry.at("password_hash").as_string();
    account.disabled = entry.get_bool("disabled");
    account.changed_ms = entry.get_int("changed_ms");
    accounts.emplace(account.name, std::move(account));
  }
  return accounts;
}

std::string to_json(const std::map<std::string, Account>& accounts) {
  json::Value list = json::Value::array();
  for (const auto& [name, account] : accounts) {
    json::Value entry;
    entry.set("name", name);
    entry.set("role", to_text(account.role));
    entry.set("password_hash", account.password_hash);
    entry.set("disabled", account.disabled);
    entry.set("changed_ms", account.changed_ms);
    list.push_back(std::move(entry));
  }
  json::Value document;
  document.set("accounts", std::move(list));
  return json::dump_pretty(document);
}

}  // namespace

std::string to_text(Role role) {
  return role == Role::kOperator ? "operator" : "viewer";
}

Role role_from_text(const std::string& text) {
  if (text == "operator") return Role::kOperator;
  if (text == "viewer") return Role::kViewer;
  throw core::Error(core::ExitCode::kUsage, fmt::format("no role '{}'", text),
                    "viewer or operator");
}

bool is_account_name(const std::string& text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 64 && plain(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

Accounts::Accounts(const std::string& data_folder) : m_path(data_folder + "/accounts.json") {}

void Accounts::refresh() {
  const auto stamp = stamp_of(m_path);
  if (stamp == m_stamp && !stamp.empty()) return;
  m_accounts = read_accounts(m_path);
  m_stamp = stamp;
}

std::optional<Account> Accounts::find(const std::string& name) {
  const std::lock_guard lock(m_mutex);
  refresh();
  const auto found = m_accounts.find(name);
  return found == m_accounts.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Account> Accounts::list() {
  const std::lock_guard lock(m_mutex);
  refresh();
  std::vector<Account> accounts;
  for (const auto& [name, account] : m_accounts) accounts.push_back(account);
  return accounts;
}

void Accounts::update(const std::function<void(Map&)>& edit) {
  const std::lock_guard lock(m_mutex);
  const auto guard = core::open_fd(m_path + ".lock", O_RDWR | O_CREAT, 0600);
  if (::flock(guard.get(), LOCK_EX) != 0) core::throw_errno("lock", m_path + ".lock");
  auto accounts = read_accounts(m_path);
  edit(accounts);
  core::write_file_atomically(m_path, to_json(accounts), 0600);
}

void Accounts::add(const Account& account) {
  update([&](Map& accounts) {
    if (!accounts.emplace(account.name, account).second)
      throw core::Error(core::ExitCode::kPrecondition,
                        fmt::format("there is an account '{}' already", account.name),
                        "athena-admin user passwd changes its password");
  });
}

void Accounts::change(const std::string& name, const std::function<void(Account&)>& change) {
  update([&](Map& accounts) {
    const auto found = accounts.find(name);
    if (found == accounts.end())
      throw core::Error(core::ExitCode::kNotFound, fmt::format("no account '{}'", name),
                        "athena-admin user list shows them");
    change(found->second);
  });
}

}  // namespace admin
