#include "resources/images/env_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::images {

namespace {
constexpr const char* kBlank = " \t";
constexpr const char* kKeyCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

std::size_t skip(const std::string& text, const char* characters, std::size_t start) {
  return std::min(text.find_first_not_of(characters, start), text.size());
}
}  // namespace

EnvFile::EnvFile(std::string text, std::string name)
    : m_text(std::move(text)), m_name(std::move(name)) {
  scan();
}

void EnvFile::scan() {
  m_entries.clear();
  for (std::size_t at = 0; at < m_text.size();) at = scan_line(at);
}

// Returns where the next line begins. A quoted value may hold line ends.
std::size_t EnvFile::scan_line(std::size_t start) {
  const auto line_end = std::min(m_text.find('\n', start), m_text.size());
  const auto next = line_end + 1;
  constexpr std::string_view kExport = "export ";
  auto key_start = skip(m_text, kBlank, start);
  if (m_text.compare(key_start, kExport.size(), kExport) == 0)
    key_start = skip(m_text, kBlank, key_start + kExport.size());
  const auto key_end = skip(m_text, kKeyCharacters, key_start);
  const auto equals = skip(m_text, kBlank, key_end);
  if (key_end == key_start || equals >= line_end || m_text[equals] != '=') return next;

  Entry entry;
  entry.line_start = start;
  const auto after = scan_value(skip(m_text, kBlank, equals + 1), entry);
  const std::string key = m_text.substr(key_start, key_end - key_start);
  const auto [place, is_new] = m_entries.emplace(key, entry);
  if (!is_new) place->second.problem = "stands twice";
  return after;
}

std::size_t EnvFile::scan_value(std::size_t start, Entry& entry) const {
  const auto line_end = std::min(m_text.find('\n', start), m_text.size());
  const char first = start < line_end ? m_text[start] : '\0';
  if (first == '"' || first == '\'') {
    auto close = m_text.find(first, start + 1);
    while (first == '"' && close != std::string::npos && m_text[close - 1] == '\\')
      close = m_text.find(first, close + 1);
    if (close == std::string::npos) {
      entry.problem = "begins a quote that never ends";
      return m_text.size();
    }
    entry.quote = first;
    entry.value_start = start + 1;
    entry.value_size = close - start - 1;
    if (close > line_end) entry.problem = "has a value over several lines";
    return std::min(m_text.find('\n', close), m_text.size()) + 1;
  }
  auto end = std::min(m_text.find_first_of("#\n", start), line_end);
  // a # within a word is no comment
  while (end < line_end && end > start && m_text[end - 1] != ' ' && m_text[end - 1] != '\t')
    end = std::min(m_text.find_first_of("#\n", end + 1), line_end);
  const auto last = m_text.find_last_not_of(" \t\r", end == 0 ? 0 : end - 1);
  entry.value_start = start;
  entry.value_size =
      last == std::string::npos || last < start || end <= start ? 0 : last + 1 - start;
  return line_end + 1;
}

std::optional<std::string> EnvFile::value(const std::string& key) const {
  const auto found = m_entries.find(key);
  if (found == m_entries.end()) return std::nullopt;
  const Entry& entry = found->second;
  std::string value = m_text.substr(entry.value_start, entry.value_size);
  std::string problem = entry.problem;
  const bool literal = entry.quote == '\'';
  if (problem.empty() && !literal && value.find_first_of("$\\") != std::string::npos)
    problem = "has a value that holds $ or a backslash";
  if (!problem.empty())
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("{}: {} {}", m_name, key, problem),
                      fmt::format("write it once, as {}=value", key));
  return value;
}

void EnvFile::set(const std::string& key, const std::string& value) {
  const auto found = m_entries.find(key);
  if (found != m_entries.end()) {
    m_text.replace(found->second.value_start, found->second.value_size, value);
  } else {
    if (!m_text.empty() && m_text.back() != '\n') m_text += '\n';
    m_text += key + "=" + value + "\n";
  }
  scan();
}

std::string EnvFile::line(const std::string& key) const {
  const auto found = m_entries.find(key);
  if (found == m_entries.end()) return "";
  const auto start = found->second.line_start;
  return m_text.substr(start, std::min(m_text.find('\n', start), m_text.size()) - start);
}

}  // namespace resources::images
