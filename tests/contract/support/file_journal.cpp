#include "tests/contract/support/file_journal.hpp"

#include <fcntl.h>

#include <fstream>

#include "json/value.hpp"

namespace support {

FileJournal::FileJournal(std::string path, const std::string& resource) : m_path(std::move(path)) {
  std::ifstream file(m_path);
  for (std::string line; std::getline(file, line);) replay(line, resource);
  m_fd = core::open_fd(m_path, O_WRONLY | O_CREAT | O_APPEND);
}

void FileJournal::replay(const std::string& line, const std::string& resource) {
  const auto entry = json::parse(line, m_path);
  const auto& words = entry.as_array();
  const auto& verb = words.at(0).as_string();
  if (verb == "done") m_memory.done(resource, words.at(1).as_string());
  if (verb == "clear_all") m_memory.clear(resource, {});
  if (verb == "clear") m_memory.clear(resource, {words.at(1).as_string()});
  if (verb == "remember")
    m_memory.remember(resource, words.at(1).as_string(), words.at(2).as_string());
}

void FileJournal::append(const std::vector<std::string>& words) {
  json::Value line = json::Value::array();
  for (const auto& word : words) line.push_back(word);
  core::write_all(m_fd.get(), json::dump(line) + "\n", m_path);
}

bool FileJournal::is_done(const std::string& resource, const std::string& item) {
  return m_memory.is_done(resource, item);
}

void FileJournal::done(const std::string& resource, const std::string& item) {
  append({"done", item});
  m_memory.done(resource, item);
}

std::vector<std::string> FileJournal::items(const std::string& resource) {
  return m_memory.items(resource);
}

void FileJournal::clear(const std::string& resource, const std::vector<std::string>& items) {
  if (items.empty()) append({"clear_all"});
  for (const auto& item : items) append({"clear", item});
  m_memory.clear(resource, items);
}

void FileJournal::remember(const std::string& resource, const std::string& key,
                           const std::string& value) {
  append({"remember", key, value});
  m_memory.remember(resource, key, value);
}

std::optional<std::string> FileJournal::recall(const std::string& resource,
                                               const std::string& key) {
  return m_memory.recall(resource, key);
}

}  // namespace support
