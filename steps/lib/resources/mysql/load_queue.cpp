#include "resources/mysql/load_queue.hpp"

#include <algorithm>

namespace resources::mysql {

void LoadQueue::add(std::size_t table, std::vector<std::size_t> chunks, std::uint64_t bytes,
                    bool whole) {
  const std::uint64_t each = bytes / std::max<std::size_t>(1, chunks.size());
  m_entries.push_back({table, {chunks.begin(), chunks.end()}, each, whole});
}

LoadQueue::Entry* LoadQueue::best() {
  Entry* chosen = nullptr;
  const auto left = [](const Entry& entry) { return entry.chunks.size() * entry.bytes_per_chunk; };
  for (auto& entry : m_entries) {
    if (entry.begun && entry.chunks.empty()) continue;
    if (chosen == nullptr || entry.under_way < chosen->under_way ||
        (entry.under_way == chosen->under_way && left(entry) > left(*chosen)))
      chosen = &entry;
  }
  return chosen;
}

std::optional<LoadQueue::Turn> LoadQueue::next() {
  const std::lock_guard lock(m_mutex);
  Entry* entry = best();
  if (entry == nullptr) return std::nullopt;
  const std::size_t count =
      entry->whole ? entry->chunks.size() : std::min<std::size_t>(1, entry->chunks.size());
  const auto end = entry->chunks.begin() + static_cast<std::ptrdiff_t>(count);
  Turn turn{entry->table, {entry->chunks.begin(), end}};
  entry->chunks.erase(entry->chunks.begin(), end);
  entry->begun = true;
  ++entry->under_way;
  return turn;
}

bool LoadQueue::finished(const Turn& turn) {
  const std::lock_guard lock(m_mutex);
  const auto entry = std::find_if(m_entries.begin(), m_entries.end(),
                                  [&](const Entry& e) { return e.table == turn.table; });
  --entry->under_way;
  return entry->chunks.empty() && entry->under_way == 0;
}

std::size_t LoadQueue::turns() const {
  const std::lock_guard lock(m_mutex);
  std::size_t count = 0;
  for (const auto& entry : m_entries)
    count += entry.whole ? 1 : std::max<std::size_t>(1, entry.chunks.size());
  return count;
}

}  // namespace resources::mysql
