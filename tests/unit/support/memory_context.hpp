#pragma once
// The ports of core in memory, for tests of resources and archives.

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "core/error.hpp"
#include "core/ports.hpp"

namespace support {

class MemoryProgress final : public core::ProgressSink {
 public:
  void expect(const std::string& resource, std::uint64_t bytes) override {
    const std::lock_guard lock(m_mutex);
    expected[resource] = bytes;
  }
  void advance(const std::string& resource, std::uint64_t bytes) override {
    const std::lock_guard lock(m_mutex);
    advanced[resource] += bytes;
  }
  void note(const std::string& line) override {
    const std::lock_guard lock(m_mutex);
    notes.push_back(line);
  }

  std::map<std::string, std::uint64_t> expected;
  std::map<std::string, std::uint64_t> advanced;
  std::vector<std::string> notes;

 private:
  std::mutex m_mutex;
};

class MemoryJournal final : public core::RestoreJournal {
 public:
  bool is_done(const std::string& resource, const std::string& item) override {
    const std::lock_guard lock(m_mutex);
    return m_done[resource].count(item) > 0;
  }
  void done(const std::string& resource, const std::string& item) override {
    const std::lock_guard lock(m_mutex);
    m_done[resource].insert(item);
  }
  std::vector<std::string> items(const std::string& resource) override {
    const std::lock_guard lock(m_mutex);
    return {m_done[resource].begin(), m_done[resource].end()};
  }
  void clear(const std::string& resource, const std::vector<std::string>& items) override {
    const std::lock_guard lock(m_mutex);
    if (items.empty()) m_done.erase(resource);
    for (const auto& item : items) m_done[resource].erase(item);
  }
  void remember(const std::string& resource, const std::string& key,
                const std::string& value) override {
    const std::lock_guard lock(m_mutex);
    m_facts[{resource, key}] = value;
  }
  std::optional<std::string> recall(const std::string& resource, const std::string& key) override {
    const std::lock_guard lock(m_mutex);
    const auto found = m_facts.find({resource, key});
    return found == m_facts.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::mutex m_mutex;
  std::map<std::string, std::set<std::string>> m_done;
  std::map<std::pair<std::string, std::string>, std::string> m_facts;
};

class MemoryLease final : public core::Lease {
 public:
  void check() override {
    ++checks;
    if (lost) throw core::Error(core::ExitCode::kPrecondition, "the lease was taken over");
  }
  std::int64_t epoch() const override { return 1; }
  std::string operation_id() const override { return "op-0000000000000001"; }
  std::atomic<int> checks{0};
  std::atomic<bool> lost{false};
};

class MemoryMoves final : public core::MoveRecord {
 public:
  core::Beside beside(const std::string& resource) override {
    const std::lock_guard lock(m_mutex);
    return m_beside[resource];
  }
  void set_beside(const std::string& resource, const core::Beside& beside) override {
    const std::lock_guard lock(m_mutex);
    m_beside[resource] = beside;
  }
  std::map<std::string, std::string> moves(const std::string& resource) override {
    const std::lock_guard lock(m_mutex);
    return m_moves[resource];
  }
  void record(const std::string& resource, const std::string& part,
              const std::string& move) override {
    const std::lock_guard lock(m_mutex);
    if (records_until_failure-- == 0)
      throw core::Error(core::ExitCode::kInternal, "the test ends the step here");
    m_moves[resource][part] = move;
  }
  void forget(const std::string& resource, const std::vector<std::string>& parts) override {
    const std::lock_guard lock(m_mutex);
    if (parts.empty()) m_moves.erase(resource);
    for (const auto& part : parts) m_moves[resource].erase(part);
  }

  int records_until_failure = -1;  // the call of record() that throws instead, counted from 0

 private:
  std::mutex m_mutex;
  std::map<std::string, core::Beside> m_beside;
  std::map<std::string, std::map<std::string, std::string>> m_moves;
};

// Everything a resource call needs, in one object.
struct MemoryContext {
  MemoryProgress progress;
  core::CancelToken cancel;
  core::MemoryBudget memory;
  MemoryJournal journal;
  MemoryLease lease;
  MemoryMoves moves;
  core::Context context{progress, cancel, memory, journal, lease, moves};
};

}  // namespace support
