#include "resources/run_works.hpp"

#include <atomic>
#include <mutex>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace {

// A Work that records what ran and may fail at one item.
class ListedWork final : public resources::Work {
 public:
  ListedWork(std::vector<resources::Task> items, std::string failing = "")
      : m_items(std::move(items)), m_failing(std::move(failing)) {}

  std::vector<resources::Task> plan() override { return m_items; }
  void run(const resources::Task& item) override {
    if (item.id == m_failing)
      throw core::Error(core::ExitCode::kServiceError, "item " + item.id + " broke", "mend it");
    const std::lock_guard lock(m_mutex);
    ran.push_back(item.id);
  }
  json::Value finish() override {
    ++finished;
    return {static_cast<std::int64_t>(ran.size())};
  }

  std::vector<std::string> ran;
  std::atomic<int> finished{0};

 private:
  std::vector<resources::Task> m_items;
  std::string m_failing;
  std::mutex m_mutex;
};

}  // namespace

TEST_CASE("items of all resources run, the largest first, and each resource is finished once") {
  support::MemoryContext memory;
  auto small = std::make_unique<ListedWork>(std::vector<resources::Task>{{"a", 1}, {"b", 30}});
  auto large = std::make_unique<ListedWork>(std::vector<resources::Task>{{"c", 20}});
  auto empty = std::make_unique<ListedWork>(std::vector<resources::Task>{});
  const auto& seen_small = *small;
  const auto& seen_empty = *empty;
  resources::Works works;
  works["small"] = std::move(small);
  works["large"] = std::move(large);
  works["empty"] = std::move(empty);
  const auto finished = resources::run_works(works, 1, memory.context);
  CHECK(seen_small.ran == std::vector<std::string>{"b", "a"});
  CHECK(finished.at("small").as_int() == 2);
  CHECK(finished.at("empty").as_int() == 0);
  CHECK(seen_empty.finished == 1);
  CHECK(memory.progress.expected.at("small") == 31);
}

TEST_CASE("a failing item stops everything, names its resource and finishes nothing of it") {
  support::MemoryContext memory;
  auto work = std::make_unique<ListedWork>(std::vector<resources::Task>{{"a", 2}, {"b", 1}}, "a");
  const auto& seen = *work;
  resources::Works works;
  works["mysql"] = std::move(work);
  CHECK_THROWS_WITH(resources::run_works(works, 1, memory.context), "mysql: item a broke");
  CHECK(seen.finished == 0);
  CHECK(seen.ran.empty());
}

namespace {

// What happened, in order: items of Works, their finishes, and the end of the window.
class NotedWork final : public resources::Work {
 public:
  NotedWork(std::vector<std::string>& notes, std::string name, std::vector<resources::Task> items)
      : m_notes(notes), m_name(std::move(name)), m_items(std::move(items)) {}

  std::vector<resources::Task> plan() override { return m_items; }
  void run(const resources::Task& item) override { m_notes.push_back(item.id); }
  json::Value finish() override {
    m_notes.push_back("finish " + m_name);
    return {};
  }

 private:
  std::vector<std::string>& m_notes;
  std::string m_name;
  std::vector<resources::Task> m_items;
};

std::vector<std::string> notes_of_window(const std::function<void()>& end) {
  support::MemoryContext memory;
  std::vector<std::string> notes;
  resources::Works works;
  works["config"] = std::make_unique<NotedWork>(
      notes, "config", std::vector<resources::Task>{{"file", 1}, {"pack", 2}});
  works["empty"] = std::make_unique<NotedWork>(notes, "empty", std::vector<resources::Task>{});
  works["mysql"] = std::make_unique<NotedWork>(
      notes, "mysql", std::vector<resources::Task>{{"rows", 900}, {"live", 1, true}});
  resources::Window window;
  window.whole = {"config", "empty"};
  window.end = [&] {
    notes.emplace_back("users are back");
    end();
  };
  try {
    resources::run_works(works, 1, memory.context, window);
  } catch (const core::Error& error) {
    notes.emplace_back(error.what());
  }
  return notes;
}

}  // namespace

TEST_CASE("what has no cut is read and finished before users are back, all else after it") {
  CHECK(notes_of_window([] {}) == std::vector<std::string>{"pack", "file", "finish config", "live",
                                                           "finish empty", "users are back", "rows",
                                                           "finish mysql"});
}

TEST_CASE("when users cannot be let back nothing more is read") {
  const auto notes = notes_of_window(
      [] { throw core::Error(core::ExitCode::kPrecondition, "the site stays closed"); });
  CHECK(notes == std::vector<std::string>{"pack", "file", "finish config", "live", "finish empty",
                                          "users are back", "the site stays closed"});
}
