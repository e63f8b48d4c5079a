#include "resources/mysql/preflight.hpp"

#include <map>

#include <fmt/format.h>

#include "resources/mysql/accounts.hpp"
#include "resources/mysql/destroy.hpp"
#include "resources/mysql/identifier.hpp"
#include "resources/mysql/preflight_findings.hpp"
#include "resources/mysql/schema_reader.hpp"
#include "resources/mysql/table_reader.hpp"

namespace resources::mysql {

namespace {

using core::ExitCode;

bool contains(const std::vector<std::string>& list, const std::string& name) {
  for (const auto& entry : list)
    if (entry == name) return true;
  return false;
}

// Every definer that an object names; a missing one makes the object fail when it is used.
void check_definers(Connection& connection, const std::vector<Definition>& definitions,
                    Findings& findings) {
  std::map<std::string, std::string> first_use;
  for (const auto& definition : definitions)
    if (const auto definer = definer_of(definition.statement); !definer.empty())
      first_use.emplace(definer, label(definition));
  for (const auto& [definer, object] : first_use)
    if (!account_exists(connection, definer))
      findings.push_back({ExitCode::kPrecondition,
                          fmt::format("account {}, definer of {}, does not exist", definer, object),
                          "create it, or set definer to \"replace\"", false});
}

void check_databases_exist(Connection& connection, const MysqlSettings& settings,
                           Findings& findings) {
  const auto found = existing_databases(connection, settings.databases);
  for (const auto& name : settings.databases)
    if (!contains(found, name))
      findings.push_back(
          {ExitCode::kNotFound,
           fmt::format("database {} does not exist, or the account may not see it", name),
           settings.safety ? "the safety archive records it as missing"
                           : "correct /resources/mysql/databases or GRANT SELECT on it",
           !settings.safety});
}

void check_accounts(Connection& connection, const MysqlSettings& settings, Findings& findings) {
  for (const auto& account : settings.accounts)
    if (!account_exists(connection, account))
      findings.push_back({ExitCode::kNotFound,
                          "account " + account + " does not exist, or may not be read",
                          "correct /resources/mysql/accounts, or GRANT SELECT ON mysql.*", true});
}

// Databases of the archive that this environment does not name, and the other way round.
void compare_databases(const MysqlSettings& settings, const ArchivedMysql& archive,
                       PreflightReport& report) {
  for (const auto& name : archive.databases())
    if (!contains(settings.databases, name))
      report.findings.push_back(
          {ExitCode::kConfiguration,
           fmt::format("the archive holds database {}, which is not configured", name),
           "add it to /resources/mysql/databases or choose another archive", true});
  for (const auto& name : settings.databases)
    if (!contains(archive.databases(), name))
      report.plan.push_back(fmt::format("database {}: not in the archive, is left as it is", name));
}

void plan_tables(Connection& connection, const ArchivedMysql& archive, core::Context& context,
                 PreflightReport& report) {
  std::map<std::string, std::uint64_t> now;
  for (const auto& database : existing_databases(connection, archive.databases()))
    for (const auto& table : read_tables(connection, database))
      now.emplace(table.label(), table.estimated_rows);
  for (const auto& archived : archive.tables()) {
    const auto found = now.find(archived.table.label());
    report.plan.push_back(
        fmt::format("table {}: {} now, {} in the archive", archived.table.label(),
                    found == now.end() ? "absent" : fmt::format("about {} rows", found->second),
                    archived.checksum.rows()));
  }
  for (const auto& object : objects_that_go(connection, archive, context))
    report.plan.push_back(object + ": not in the archive, goes");
}

}  // namespace

PreflightReport preflight_backup(const MysqlSettings& settings, core::Context& context) {
  PreflightReport report;
  Connection connection(settings, context.cancel);
  check_version(connection, report.findings);
  check_encryption(connection, settings, report.findings);
  check_backup_grants(connection, settings, report.findings);
  check_databases_exist(connection, settings, report.findings);
  check_accounts(connection, settings, report.findings);
  for (const auto& database : existing_databases(connection, settings.databases)) {
    check_objects(connection, settings, database, report.findings);
    for (const auto& table : read_tables(connection, database)) {
      report.estimated_bytes += table.estimated_bytes;
      check_history(connection, table, report.findings);
      check_columns(connection, table, report.findings);
    }
  }
  return report;
}

PreflightReport preflight_restore(const MysqlSettings& settings, const ArchivedMysql& archive,
                                  core::Context& context) {
  PreflightReport report;
  Connection connection(settings, context.cancel);
  check_version(connection, report.findings);
  check_version_fits(connection, archive, report.findings);
  check_encryption(connection, settings, report.findings);
  check_restore_grants(connection, settings, archive, context, report.findings);
  check_server_settings(connection, settings, archive, context, report.findings);
  check_disk_space(connection, settings, archive, report.findings);
  const auto definitions = archive.definitions(context);
  if (!settings.replace_definer_with) check_definers(connection, definitions, report.findings);
  for (const auto& definition : definitions)
    if (definition.status == kBrokenView)
      report.findings.push_back({ExitCode::kPrecondition,
                                 label(definition) + " was broken when it was archived",
                                 "it comes back only if what it names is there", false});
  compare_databases(settings, archive, report);
  plan_tables(connection, archive, context, report);
  report.estimated_bytes = archive.plain_bytes();
  return report;
}

}  // namespace resources::mysql
