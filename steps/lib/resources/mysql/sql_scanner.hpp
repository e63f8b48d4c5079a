#pragma once
// Just enough reading of SQL that servers print: what is quoted or in brackets is never taken
// apart.

#include <string>
#include <string_view>
#include <vector>

namespace resources::mysql {

// Position after the quoted piece that begins at `at` ('...', "...", `...`); the end when it is
// never closed. Doubled quotes stay inside; a backslash escapes except in backticks.
std::size_t skip_quoted(std::string_view text, std::size_t at);
// First place of `word` outside quotes, npos when there is none.
std::size_t find_outside_quotes(std::string_view text, std::string_view word, std::size_t from = 0);
// The same outside brackets too.
std::size_t find_at_top(std::string_view text, std::string_view word);
// Position of the bracket that closes the one at `open`, npos when none does.
std::size_t closing_bracket(std::string_view text, std::size_t open);
// The parts between commas that stand in no bracket and no quotes, without blanks around.
std::vector<std::string> split_at_commas(std::string_view text);

}  // namespace resources::mysql
