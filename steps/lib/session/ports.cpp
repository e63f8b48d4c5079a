#include "session/ports.hpp"

#include "state/operations/journal.hpp"

namespace session {

bool Journal::is_done(const std::string& resource, const std::string& item) {
  return state::is_journalled(m_file, resource, item);
}

void Journal::done(const std::string& resource, const std::string& item) {
  state::add_to_journal(m_file, m_claim, resource, item);
}

std::vector<std::string> Journal::items(const std::string& resource) {
  return state::journalled(m_file, resource);
}

void Journal::clear(const std::string& resource, const std::vector<std::string>& items) {
  state::clear_journal(m_file, m_claim, resource, items);
}

void Journal::remember(const std::string& resource, const std::string& key,
                       const std::string& value) {
  state::remember_fact(m_file, m_claim, resource, key, value);
}

std::optional<std::string> Journal::recall(const std::string& resource, const std::string& key) {
  return state::recall_fact(m_file, resource, key);
}

}  // namespace session
