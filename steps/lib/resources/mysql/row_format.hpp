#pragma once
// How the rows of a table leave the server and come back, so that every bit survives: the SELECT
// list of dump and prove, and the LOAD DATA statement that takes the same text.

#include <string>

#include "resources/mysql/schema.hpp"

namespace resources::mysql {

// "`id`,`price`*1e0,..." in the order of table.columns, then of table.computed; "1" without any.
std::string select_list(const Table& table);
// "LOAD DATA LOCAL INFILE 'rows' INTO TABLE ..." for tab-separated lines with backslash escapes.
// `target`: the table's quoted name, or that of another with the same columns.
std::string load_statement(const Table& table, const std::string& target, bool mariadb);
// Columns whose text never holds a tab, a newline or a backslash: copied without looking.
bool needs_no_escape(const Column& column);

}  // namespace resources::mysql
