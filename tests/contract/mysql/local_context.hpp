#pragma once
// The ports of core in memory, for tests that run a resource without a step around it.

#include <cstdio>
#include <map>
#include <mutex>
#include <set>

#include "core/error.hpp"
#include "core/ports.hpp"

namespace mysql_test {

class LocalProgress final : public core::ProgressSink {
 public:
  void expect(const std::string&, std::uint64_t) override {}
  void advance(const std::string&, std::uint64_t bytes) override {
    const std::lock_guard lock(m_mutex);
    m_bytes += bytes;
  }
  void note(const std::string& line) override {
    const std::lock_guard lock(m_mutex);
    m_notes.push_back(line);
  }
  std::uint64_t bytes() const { return m_bytes; }
  std::vector<std::string> notes() const { return m_notes; }

 private:
  std::mutex m_mutex;
  std::uint64_t m_bytes = 0;
  std::vector<std::string> m_notes;
};

class LocalJournal final : public core::RestoreJournal {
 public:
  bool is_done(const std::string&, const std::string& item) override {
    const std::lock_guard lock(m_mutex);
    return m_done.count(item) > 0;
  }
  void done(const std::string&, const std::string& item) override {
    const std::lock_guard lock(m_mutex);
    m_done.insert(item);
  }
  std::vector<std::string> items(const std::string&) override {
    const std::lock_guard lock(m_mutex);
    return {m_done.begin(), m_done.end()};
  }
  void clear(const std::string&, const std::vector<std::string>& items) override {
    const std::lock_guard lock(m_mutex);
    if (items.empty()) m_done.clear();
    for (const auto& item : items) m_done.erase(item);
  }
  void remember(const std::string&, const std::string& key, const std::string& value) override {
    const std::lock_guard lock(m_mutex);
    m_facts[key] = value;
  }
  std::optional<std::string> recall(const std::string&, const std::string& key) override {
    const std::lock_guard lock(m_mutex);
    const auto found = m_facts.find(key);
    return found == m_facts.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::mutex m_mutex;
  std::set<std::string> m_done;
  std::map<std::string, std::string> m_facts;
};

class LocalLease final : public core::Lease {
 public:
  void check() override {
    if (lost) throw core::Error(core::ExitCode::kPrecondition, "the lease was taken over");
  }
  std::int64_t epoch() const override { return 1; }
  std::string operation_id() const override { return "op-0000000000000000"; }
  std::atomic<bool> lost{false};
};

struct LocalContext {
  LocalProgress progress;
  core::CancelToken cancel;
  core::MemoryBudget memory;
  LocalJournal journal;
  LocalLease lease;
  core::Context context{progress, cancel, memory, journal, lease};
};

}  // namespace mysql_test
