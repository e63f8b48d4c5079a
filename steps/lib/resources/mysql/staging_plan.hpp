#pragma once
// Which parts of an archive are loaded beside the live data, and which must be changed in place.

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/resource.hpp"

namespace resources::mysql {

// Tables and sequences (database, name) that go in place; all others are staged.
class InPlaceTables {
 public:
  void add(const std::string& database, const std::string& name, const std::string& reason);
  bool holds(const std::string& database, const std::string& name) const;
  bool empty() const { return m_names.empty(); }
  const std::vector<InPlacePart>& parts() const { return m_parts; }

  // How the record of moves keeps them.
  json::Value to_json() const;
  static InPlaceTables from_json(const json::Value& list);

  // The archive as it is staged: in the staged schemas, without these tables.
  ArchiveView staged(const MysqlSettings& settings,
                     const std::vector<std::string>& databases) const;
  // Just these tables, under their own names.
  ArchiveView in_place() const;

 private:
  std::set<std::pair<std::string, std::string>> m_names;
  std::vector<InPlacePart> m_parts;
};

// What cannot stand in another schema, or is referred to from databases that the archive does not
// hold: a table of another database would follow its parent aside.
InPlaceTables find_in_place(Connection& connection, const ArchivedMysql& archive,
                            core::Context& context);

// "database/table" of a table elsewhere whose foreign key leads into one of `schemas`; empty: none.
std::string child_from_outside(Connection& connection, const std::vector<std::string>& schemas);

// Why this account cannot stage at all, with the GRANT that lets it; empty when it can.
std::string why_not_staged(Connection& connection, const MysqlSettings& settings,
                           const ArchivedMysql& archive);

StagingPlan plan_staging(const MysqlSettings& settings, const ArchivedMysql& archive,
                         core::Context& context);

// What stage() found and recorded for this restore; nothing: none of it is staged.
std::optional<InPlaceTables> recorded_plan(core::Context& context);
void record_plan(core::Context& context, const InPlaceTables& in_place);

}  // namespace resources::mysql
