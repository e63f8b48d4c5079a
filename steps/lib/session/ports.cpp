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

core::Beside Moves::beside(const std::string& resource) {
  return state::load_beside(m_file, resource);
}

void Moves::set_beside(const std::string& resource, const core::Beside& beside) {
  state::save_beside(m_file, m_may_write, resource, beside);
}

std::map<std::string, std::string> Moves::moves(const std::string& resource) {
  return state::load_moves(m_file, resource);
}

void Moves::record(const std::string& resource, const std::string& part, const std::string& move) {
  state::record_move(m_file, m_may_write, resource, part, move);
}

void Moves::forget(const std::string& resource, const std::vector<std::string>& parts) {
  state::forget_moves(m_file, m_may_write, resource, parts);
}

}  // namespace session
