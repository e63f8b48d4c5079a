#include "resources/mysql/session_settings.hpp"

#include <array>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

struct Setting {
  std::string_view name;
  std::string_view value;  // as SQL
};

// Known to every supported server, free to everybody, and needed before anything is read.
constexpr std::array kAlways{
    Setting{"sql_select_limit", "18446744073709551615"},
    Setting{"max_join_size", "18446744073709551615"},  // switches sql_big_selects on
    Setting{"sql_big_selects", "1"},
    Setting{"sql_mode", kSqlMode},
    Setting{"time_zone", "'+00:00'"},
    Setting{"character_set_client", "utf8mb4"},
    Setting{"character_set_results", "NULL"},
    Setting{"collation_connection", "utf8mb4_general_ci"},
    Setting{"autocommit", "1"},
    Setting{"completion_type", "0"},
    Setting{"sql_safe_updates", "0"},
    Setting{"sql_auto_is_null", "0"},
    Setting{"sql_quote_show_create", "1"},
    Setting{"sql_notes", "1"},
    Setting{"sql_buffer_result", "0"},
    Setting{"low_priority_updates", "0"},
    Setting{"foreign_key_checks", "1"},
    Setting{"unique_checks", "1"},
    Setting{"optimizer_switch", "'default'"},
    Setting{"group_concat_max_len", "16777216"},
    Setting{"div_precision_increment", "4"},
    Setting{"default_week_format", "0"},
    Setting{"lc_time_names", "'en_US'"},
    Setting{"wait_timeout", "604800"},
    Setting{"net_read_timeout", "3600"},
    Setting{"net_write_timeout", "3600"},
    Setting{"innodb_lock_wait_timeout", "3600"},
    // a session that keeps a table locked is named after ten minutes instead of waited for all day
    Setting{"lock_wait_timeout", "600"},
};

// Where the server knows them.
constexpr std::array kWhereKnown{
    Setting{"information_schema_stats_expiry", "0"},  // statistics of now
    Setting{"max_session_mem_used", "9223372036854775807"},
    Setting{"tmp_disk_table_size", "18446744073709551615"},
    Setting{"idle_transaction_timeout", "0"},
    Setting{"idle_readonly_transaction_timeout", "0"},
    Setting{"idle_write_transaction_timeout", "0"},
    Setting{"use_secondary_engine", "'OFF'"},
    Setting{"show_gipk_in_create_table_and_information_schema", "1"},
    Setting{"show_create_table_skip_secondary_engine", "0"},
    Setting{"show_old_temporals", "0"},
    Setting{"print_identified_with_as_hex", "0"},
    Setting{"sql_if_exists", "0"},
    Setting{"default_regex_flags", "''"},
    Setting{"system_versioning_alter_history", "'KEEP'"},
    Setting{"system_versioning_asof", "DEFAULT"},
};

struct RestrictedSetting {
  std::string_view name;
  std::string_view value;
  std::string_view shown;  // as SHOW VARIABLES prints it
};

// Newer servers, and some managed ones, ask for a right, and older ones know other values: only
// where the server's value is another.
constexpr std::array kRestricted{
    RestrictedSetting{"max_error_count", "65535", "65535"},
    RestrictedSetting{"explicit_defaults_for_timestamp", "1", "ON"},
    RestrictedSetting{"sql_require_primary_key", "0", "OFF"},
    RestrictedSetting{"sql_generate_invisible_primary_key", "0", "OFF"},
    RestrictedSetting{"restrict_fk_on_non_standard_key", "0", "OFF"},
    RestrictedSetting{"show_create_table_verbosity", "0", "OFF"},
    RestrictedSetting{"default_collation_for_utf8mb4", "utf8mb4_0900_ai_ci", "utf8mb4_0900_ai_ci"},
    RestrictedSetting{"enforce_storage_engine", "NULL", ""},
    RestrictedSetting{"old_mode", "'UTF8_IS_UTF8MB3'", "UTF8_IS_UTF8MB3"},
    RestrictedSetting{"alter_algorithm", "'DEFAULT'", "DEFAULT"},
};

template <typename List>
void append_names(const List& list, std::string& names) {
  for (const auto& setting : list) names += (names.empty() ? "" : ",") + quote_text(setting.name);
}

std::map<std::string, std::string> known_settings(Connection& connection) {
  std::string names;
  append_names(kWhereKnown, names);
  append_names(kRestricted, names);
  std::map<std::string, std::string> known;
  for (auto& row :
       connection.query("SHOW SESSION VARIABLES WHERE Variable_name IN (" + names + ")"))
    known.emplace(row.at(0).value_or(""), row.at(1).value_or(""));
  return known;
}

void append(std::string& sql, const Setting& setting) {
  sql += fmt::format("{}{}={}", sql.empty() ? "SET SESSION " : ", ", setting.name, setting.value);
}

}  // namespace

void pin_session(Connection& connection) {
  std::string always;
  append(always, {connection.is_mariadb() ? "max_statement_time" : "max_execution_time", "0"});
  for (const auto& setting : kAlways) append(always, setting);
  connection.execute(always);
  connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE");
  const auto known = known_settings(connection);
  std::string more;
  for (const auto& setting : kWhereKnown)
    if (known.count(std::string(setting.name)) > 0) append(more, setting);
  if (!more.empty()) connection.execute(more);
  for (const auto& setting : kRestricted) {
    const auto found = known.find(std::string(setting.name));
    if (found != known.end() && found->second != setting.shown)
      connection.try_execute(fmt::format("SET SESSION {}={}", setting.name, setting.value));
  }
}

}  // namespace resources::mysql
