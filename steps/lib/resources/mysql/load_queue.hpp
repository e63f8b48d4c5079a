#pragma once
// Which chunk a free worker loads next: one of a table that nobody else is loading, while there is
// one, because two loads into one table wait for each other (its auto-increment lock, its last
// page). Largest table first.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace resources::mysql {

class LoadQueue {
 public:
  struct Turn {
    std::size_t table = 0;
    std::vector<std::size_t> chunks;  // to load now; empty: only the keys are missing
  };

  // `whole`: all chunks in one turn (a table without transactions). Before the first next().
  void add(std::size_t table, std::vector<std::size_t> chunks, std::uint64_t bytes, bool whole);

  // Nothing when all is done or under way.
  std::optional<Turn> next();
  // The turn's chunks are in. True when they were the table's last: its keys are this worker's.
  bool finished(const Turn& turn);
  // Turns that next() will give at most.
  std::size_t turns() const;

 private:
  struct Entry {
    std::size_t table;
    std::deque<std::size_t> chunks;
    std::uint64_t bytes_per_chunk;
    bool whole;
    std::size_t under_way = 0;
    bool begun = false;
  };
  Entry* best();

  mutable std::mutex m_mutex;
  std::vector<Entry> m_entries;
};

}  // namespace resources::mysql
