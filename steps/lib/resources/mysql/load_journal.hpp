#pragma once
// The truth about a restore under way: a table in a scratch schema on the server itself, so that a
// chunk and the note that it is in commit together or not at all. The step's own journal mirrors
// it.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

// "environment_backup_athena_production", at most 64 characters.
std::string scratch_schema(const std::string& environment);

// Names of journal entries, at most 64 characters of ASCII.
std::string chunk_item(std::size_t member_index);
std::string table_item(const std::string& what, const std::string& database,
                       const std::string& table);
std::string object_item(const Definition& definition);

class LoadJournal {
 public:
  // Creates the schema, or takes up the one that an interrupted restore of the same archive left.
  // Throws Error(kPrecondition) when it belongs to another archive. `table`: kLive, kStaged, or
  // kRest for what went in place and comes back after the rest was moved back.
  static constexpr const char* kLive = "journal";
  static constexpr const char* kStaged = "staged";
  static constexpr const char* kRest = "rest";
  LoadJournal(Connection& connection, core::Context& context, const std::string& environment,
              const std::string& manifest_sha256, const std::string& table = kLive);

  // Everything of this restore is forgotten.
  static void drop(Connection& connection, core::Context& context, const std::string& environment);
  // One journal of it only.
  static void drop_one(Connection& connection, const std::string& environment,
                       const std::string& journal);

  // What a failed prove wants done again.
  static void forget(Connection& connection, core::Context& context, const std::string& environment,
                     const std::vector<std::string>& items, const std::string& journal = kLive);

  const std::string& schema() const { return m_schema; }
  std::optional<std::string> find(const std::string& item) const;
  bool is_done(const std::string& item) const { return find(item).has_value(); }
  // Within the connection's transaction; the caller commits, then calls mirror().
  void insert(Connection& connection, const std::string& item, const std::string& value = "");
  void mirror(const std::string& item, const std::string& value = "");
  // What is to be done again.
  void strike(Connection& connection, const std::vector<std::string>& items);
  // insert, COMMIT, mirror.
  void done(Connection& connection, const std::string& item, const std::string& value = "");

 private:
  void read(Connection& connection);

  core::Context& m_context;
  std::string m_schema;
  std::string m_table;  // quoted
  mutable std::mutex m_mutex;
  std::map<std::string, std::string> m_items;
};

}  // namespace resources::mysql
