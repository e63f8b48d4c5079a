#pragma once
// Names and texts inside SQL.

#include <string>
#include <string_view>

namespace resources::mysql {

// `name` in backticks.
std::string quote_name(std::string_view name);
std::string quote_name(std::string_view database, std::string_view name);
// 'text' for a session whose sql_mode has no NO_BACKSLASH_ESCAPES and whose charset is utf8mb4.
std::string quote_text(std::string_view text);
// x'0A1B': any bytes.
std::string quote_bytes(std::string_view bytes);
// The other direction: a name in backticks or quotes as it is.
std::string unquote_name(std::string_view quoted);
// "user@host" -> `user`@`host`; the last @ divides.
std::string quote_account(std::string_view account);

// The statement with every DEFINER=... replaced by this account. Texts, comments and quoted names
// inside the statement are left alone.
std::string replace_definer(std::string_view statement, std::string_view account);
// "user@host" of the first DEFINER=, or empty.
std::string definer_of(std::string_view statement);

}  // namespace resources::mysql
