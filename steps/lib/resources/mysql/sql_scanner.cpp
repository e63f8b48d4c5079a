#include "resources/mysql/sql_scanner.hpp"

namespace resources::mysql {

namespace {

bool is_quote(char c) {
  return c == '\'' || c == '"' || c == '`';
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

}  // namespace

std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote != '`') {
      ++i;
    } else if (text[i] == quote) {
      if (i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return text.size();
}

std::size_t find_outside_quotes(std::string_view text, std::string_view word, std::size_t from) {
  for (std::size_t i = from; i < text.size();) {
    if (text.substr(i, word.size()) == word) return i;
    i = is_quote(text[i]) ? skip_quoted(text, i) : i + 1;
  }
  return std::string_view::npos;
}

std::size_t find_at_top(std::string_view text, std::string_view word) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (depth == 0 && text.substr(i, word.size()) == word) return i;
    if (is_quote(text[i])) {
      i = skip_quoted(text, i);
      continue;
    }
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    ++i;
  }
  return std::string_view::npos;
}

std::size_t closing_bracket(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size();) {
    if (is_quote(text[i])) {
      i = skip_quoted(text, i);
      continue;
    }
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i;
    ++i;
  }
  return std::string_view::npos;
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (is_quote(text[i])) {
      i = skip_quoted(text, i);
      continue;
    }
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] == ',' && depth == 0) {
      parts.push_back(trimmed(text.substr(begin, i - begin)));
      begin = i + 1;
    }
    ++i;
  }
  parts.push_back(trimmed(text.substr(begin)));
  return parts;
}

}  // namespace resources::mysql
