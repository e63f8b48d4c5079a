#include "admin/store/audit.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "json/value.hpp"

namespace admin {

namespace {

// One table of names, for reading and writing alike.
constexpr std::pair<const char*, std::string AuditEntry::*> kFields[]{
    {"at", &AuditEntry::at},
    {"user", &AuditEntry::user},
    {"role", &AuditEntry::role},
    {"address", &AuditEntry::address},
    {"action", &AuditEntry::action},
    {"environment", &AuditEntry::environment},
    {"subject", &AuditEntry::subject},
    {"result", &AuditEntry::result},
    {"request_id", &AuditEntry::request_id}};

std::string to_line(const AuditEntry& entry) {
  json::Value value;
  for (const auto& [name, field] : kFields)
    if (!(entry.*field).empty()) value.set(name, entry.*field);
  return json::dump(value) + "\n";
}

AuditEntry from_line(std::string_view line) {
  const auto value = json::parse(line, "audit");
  AuditEntry entry;
  for (const auto& [name, field] : kFields) entry.*field = value.get_string(name);
  return entry;
}

// What a crash left without its end must not swallow the next line.
bool ends_a_line(const std::string& path) {
  const auto file = core::open_fd(path, O_RDONLY);
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  if (size <= 0) return true;
  char last = '\n';
  core::pread_exactly(file.get(), &last, 1, size - 1, path);
  return last == '\n';
}

std::vector<std::string> lines_newest_first(const std::string& path) {
  std::vector<std::string> lines;
  const auto text = core::read_file(path);
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> files_newest_first(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".ndjson") files.push_back(entry.path().string());
  std::sort(files.rbegin(), files.rend());
  return files;
}

}  // namespace

Audit::Audit(const std::string& data_folder, const core::Clock& clock)
    : m_folder(data_folder + "/audit"), m_clock(clock) {
  std::filesystem::create_directories(m_folder);
  std::filesystem::permissions(m_folder, std::filesystem::perms::owner_all);
}

void Audit::record(AuditEntry entry) {
  entry.at = core::to_iso8601(m_clock.now_ms());
  const std::string path = m_folder + "/" + entry.at.substr(0, 7) + ".ndjson";
  const std::lock_guard lock(m_mutex);
  const auto file = core::open_fd(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  core::write_all(file.get(), (ends_a_line(path) ? "" : "\n") + to_line(entry), path);
  core::fsync_fd(file.get(), path);
}

std::vector<AuditEntry> Audit::newest(std::size_t skip, std::size_t count) const {
  const std::lock_guard lock(m_mutex);
  std::vector<AuditEntry> found;
  for (const auto& path : files_newest_first(m_folder))
    for (const auto& line : lines_newest_first(path)) {
      if (found.size() == count) return found;
      try {
        auto entry = from_line(line);
        if (skip > 0)
          --skip;
        else
          found.push_back(std::move(entry));
      } catch (const core::Error&) {
        continue;
      }
    }
  return found;
}

}  // namespace admin
