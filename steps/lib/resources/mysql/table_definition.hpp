#pragma once
// A CREATE TABLE statement taken apart, so that keys can follow the rows.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace resources::mysql {

struct TableDefinition {
  std::string head;                        // "CREATE TABLE `t` "
  std::string body;                        // from the bracket on, without what stands below
  std::vector<std::string> keys;           // "UNIQUE KEY `a` (`a`)", for one ALTER
  std::vector<std::string> fulltext_keys;  // one ALTER each: the server refuses two at once
  std::vector<std::string> foreign_keys;   // "CONSTRAINT `x` FOREIGN KEY ..."

  std::string create() const { return head + body; }
  bool has_late_keys() const { return !keys.empty() || !fulltext_keys.empty(); }
};

// `statement`: as SHOW CREATE TABLE prints it. Foreign keys are always taken out. With
// `defer_keys` also every key after the last one that rows need: the one that AUTO_INCREMENT
// counts on, and the first unique key of a table without a primary key.
TableDefinition take_apart(std::string_view statement, bool defer_keys);

// The table that a foreign key ("CONSTRAINT `x` FOREIGN KEY ... REFERENCES `d`.`t` (...)") refers
// to; `database` is that of the table itself where the text names none.
struct ForeignTable {
  std::string database;
  std::string name;
};
ForeignTable foreign_table(std::string_view foreign_key, const std::string& database);

// The statement without those foreign keys that `leave_out` picks.
std::string without_foreign_keys(std::string_view statement,
                                 const std::function<bool(const std::string& part)>& leave_out);

// MySQL 8 remembers whether a column named its collation itself, and prints one that is inherited
// as if it had (without CHARACTER SET). Created as printed, the column would name it from then on:
// those words are left out.
std::string with_inherited_collations(std::string_view statement);

// True where a generated column or the expression of a key may depend on the session's time zone.
bool depends_on_time_zone(std::string_view statement);

// The number of the option AUTO_INCREMENT=, as text; empty where there is none.
std::string next_number(std::string_view statement);

// "ALTER TABLE `d`.`t` ADD a, ADD b"
std::string alter_add(std::string_view quoted_table, const std::vector<std::string>& parts);

}  // namespace resources::mysql
