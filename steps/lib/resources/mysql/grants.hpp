#pragma once
// What the account may do, as SHOW GRANTS tells it.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "resources/mysql/connection.hpp"

namespace resources::mysql {

class Grants {
 public:
  struct Grant {
    std::set<std::string> privileges;
    std::string database;  // pattern of LIKE; "*" for all
    std::string table;     // "*" for all
  };

  // Lines of SHOW GRANTS.
  explicit Grants(const std::vector<std::string>& lines);
  // Of the current account with its active roles.
  static Grants read(Connection& connection);

  // "SELECT", "BACKUP_ADMIN", "GRANT OPTION" ... on everything.
  bool has_global(const std::string& privilege) const;
  // On all of a database, globally or by a grant whose pattern matches its name.
  bool has(const std::string& privilege, const std::string& database) const;
  // On one table, by a wider grant or its own.
  bool has_on_table(const std::string& privilege, const std::string& database,
                    const std::string& table) const;
  const std::vector<Grant>& list() const { return m_grants; }

 private:
  static bool allows(const Grant& grant, const std::string& privilege);
  std::vector<Grant> m_grants;
};

// "`athena\_server`.*", as GRANT takes a database: underscores in it are wildcards.
std::string grant_pattern(const std::string& database);
// The account of this session, quoted for GRANT.
std::string own_account(Connection& connection);

// "athena%" or "athena\_server" as grants use them.
bool matches_pattern(std::string_view pattern, std::string_view name);

}  // namespace resources::mysql
