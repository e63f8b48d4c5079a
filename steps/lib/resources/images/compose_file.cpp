#include "resources/images/compose_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::images {

namespace {
// One line that is neither empty nor a comment.
struct Line {
  std::size_t number = 0;
  std::size_t indent = 0;
  std::string key;              // without quotes; empty when the line is no "key:"
  std::size_t value_start = 0;  // in the whole text
  std::string value;            // trimmed, without comment
};

std::string unquoted(const std::string& text) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                      text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// Where the value ends: before " #", but not inside quotes.
std::size_t end_of_value(const std::string& text, std::size_t start, std::size_t line_end) {
  if (start < line_end && (text[start] == '"' || text[start] == '\'')) {
    const auto close = text.find(text[start], start + 1);
    if (close != std::string::npos && close < line_end) return close + 1;
  }
  auto end = start;
  while (end < line_end && !(text[end] == '#' && end > start && text[end - 1] == ' ')) ++end;
  while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\r')) --end;
  return end;
}

Line read_line(const std::string& text, std::size_t start, std::size_t end, std::size_t number) {
  Line line;
  line.number = number;
  const auto first = std::min(text.find_first_not_of(' ', start), end);
  line.indent = first - start;
  auto colon = text.find(':', first);
  while (colon < end && colon + 1 < end && text[colon + 1] != ' ' && text[colon + 1] != '\r')
    colon = text.find(':', colon + 1);
  if (colon >= end) return line;
  line.key = unquoted(text.substr(first, colon - first));
  line.value_start = std::min(text.find_first_not_of(' ', colon + 1), end);
  line.value =
      text.substr(line.value_start, end_of_value(text, line.value_start, end) - line.value_start);
  return line;
}

std::vector<Line> lines_of(const std::string& text, const std::string& name) {
  std::vector<Line> lines;
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size(); ++number) {
    const auto end = std::min(text.find('\n', start), text.size());
    const auto first = text.find_first_not_of(" \r", start);
    if (first < end && text[first] == '\t')
      throw core::Error(core::ExitCode::kConfiguration,
                        fmt::format("{}:{}: is indented by a tab", name, number + 1),
                        "YAML is indented by spaces");
    if (first < end && text[first] != '#' && text.compare(first, 3, "---") != 0)
      lines.push_back(read_line(text, start, end, number + 1));
    start = end + 1;
  }
  return lines;
}

bool is_plain(const std::string& value) {
  return value.find_first_of("&*!|>{[%@`") != 0;
}

void read_image(ComposeService& service, const Line& line) {
  service.line = line.number;
  if (!service.image.empty()) service.problem = "has two image lines";
  if (!is_plain(line.value)) service.problem = "has an image that is not plain text";
  service.image = unquoted(line.value);
  service.image_start = line.value_start + (service.image.size() == line.value.size() ? 0 : 1);
  const bool half_quoted = service.image.find_first_of("\"' ") != std::string::npos;
  if (half_quoted) service.problem = "has an image that is not plain text";
}

void read_key(ComposeService& service, const Line& line) {
  if (line.key == "image") read_image(service, line);
  if ((line.key == "<<" || line.key == "extends") && service.problem.empty())
    service.problem = "takes its settings from elsewhere (" + line.key + ")";
}

// "api:" or "api: &anchor", which only gives what follows a second name.
bool opens_service(const Line& line) {
  const bool anchored =
      !line.value.empty() && line.value.front() == '&' && line.value.find(' ') == std::string::npos;
  return !line.key.empty() && (line.value.empty() || anchored);
}

// A key of this service may override what `<<` or `extends` brings: then its image is plain.
void settle(ComposeService& service) {
  const bool has_own_image = !service.image.empty();
  if (has_own_image && service.problem.compare(0, 5, "takes") == 0) service.problem.clear();
}

std::vector<Line>::const_iterator find_services(const std::vector<Line>& lines,
                                                const std::string& name) {
  const auto found = std::find_if(lines.begin(), lines.end(), [](const Line& line) {
    return line.indent == 0 && line.key == "services";
  });
  if (found == lines.end() || !found->value.empty())
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("{}: has no `services:` with one service per line", name),
                      "name the Compose file itself, written in block style");
  return found + 1;
}
}  // namespace

ComposeFile::ComposeFile(std::string text, std::string name)
    : m_text(std::move(text)), m_name(std::move(name)) {
  scan();
}

void ComposeFile::scan() {
  m_services.clear();
  const auto lines = lines_of(m_text, m_name);
  auto line = find_services(lines, m_name);
  const std::size_t service_indent = line == lines.end() ? 0 : line->indent;
  std::size_t key_indent = 0;
  for (; line != lines.end() && line->indent > 0 && service_indent > 0; ++line) {
    if (line->indent <= service_indent) {
      ComposeService service;
      service.name = line->key;
      service.line = line->number;
      if (line->indent < service_indent || !opens_service(*line))
        service.problem = "is not written as one key per line";
      for (auto& other : m_services)
        if (other.name == service.name) other.problem = "stands twice";
      m_services.push_back(std::move(service));
      key_indent = 0;
    } else if (!m_services.empty()) {
      if (key_indent == 0) key_indent = line->indent;
      if (line->indent == key_indent) read_key(m_services.back(), *line);
    }
  }
  for (auto& service : m_services) settle(service);
}

const ComposeService* ComposeFile::find(const std::string& service) const {
  const auto found = std::find_if(m_services.begin(), m_services.end(),
                                  [&](const auto& entry) { return entry.name == service; });
  return found == m_services.end() ? nullptr : &*found;
}

const ComposeService& ComposeFile::require(const std::string& service) const {
  const ComposeService* found = find(service);
  if (found == nullptr)
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("{}: has no service {}", m_name, service),
                      "correct `services` of images in environment.json");
  const std::string problem = !found->problem.empty() ? found->problem
                              : found->image.empty()  ? "has no image"
                                                      : "";
  if (!problem.empty())
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("{}:{}: service {} {}", m_name, found->line, service, problem),
                      "write its image as one line `image: registry/name:tag`");
  return *found;
}

void ComposeFile::set_image(const std::string& service, const std::string& image) {
  const ComposeService& found = require(service);
  m_text.replace(found.image_start, found.image.size(), image);
  scan();
}

}  // namespace resources::images
