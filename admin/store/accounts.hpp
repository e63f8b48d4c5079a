#pragma once
// Who may sign in: <data_folder>/accounts.json, written whole by `athena-admin user` while the
// service runs; the service sees a change at the next request. Any thread, several processes.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace admin {

enum class Role { kViewer, kOperator };

std::string to_text(Role role);
// Throws Error(kUsage) for anything but "viewer" or "operator".
Role role_from_text(const std::string& text);

struct Account {
  std::string name;
  Role role = Role::kViewer;
  std::string password_hash;  // argon2id, as libsodium writes it
  bool disabled = false;
  std::int64_t changed_ms = 0;  // sessions that began before are over
};

// 1-64 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit.
bool is_account_name(const std::string& text);

class Accounts {
 public:
  explicit Accounts(const std::string& data_folder);

  std::optional<Account> find(const std::string& name);
  std::vector<Account> list();
  // Throws Error(kPrecondition) if the name is taken.
  void add(const Account& account);
  // Applies `change` to one account. Throws Error(kNotFound).
  void change(const std::string& name, const std::function<void(Account&)>& change);

 private:
  using Map = std::map<std::string, Account>;
  void refresh();
  void update(const std::function<void(Map&)>& edit);

  std::string m_path;
  std::mutex m_mutex;
  std::string m_stamp;  // of the file that m_accounts was read from
  Map m_accounts;
};

}  // namespace admin
