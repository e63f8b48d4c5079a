#pragma once
// Cuts a table into ranges of its primary key that several connections can read side by side.
// Balance comes from estimates and a few index look-ups, never from counting rows; the ranges
// cover every possible key, so that a wrong estimate costs time and nothing else.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "resources/mysql/connection.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

struct Range {
  std::string condition;  // "`id` >= 10 AND `id` < 20"; empty: the whole table
  std::uint64_t estimated_bytes = 0;
};

// About one range for each `range_bytes` of `table_bytes`, at most 256. One range for a table that
// is small or has no primary key.
std::vector<Range> plan_ranges(Connection& connection, const Table& table,
                               std::uint64_t table_bytes, std::uint64_t range_bytes);

// The condition for boundaries b1 < b2 < ... as SQL literals: one more range than boundaries.
std::vector<std::string> conditions_between(const std::string& quoted_column,
                                            const std::vector<std::string>& boundaries);
// Boundaries that divide [low, high] evenly. Both are the server's decimal text.
std::vector<std::string> even_boundaries(const std::string& low, const std::string& high,
                                         bool is_unsigned, std::size_t ranges);

// "SELECT ... FROM ... WHERE ..." of one range.
std::string select_rows(const Table& table, const Range& range);

}  // namespace resources::mysql
