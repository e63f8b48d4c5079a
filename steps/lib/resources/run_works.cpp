#include "resources/run_works.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/worker_pool.hpp"

namespace resources {

namespace {

// One Work with the count of its items that have not ended; the last one finishes it.
struct Running {
  std::string name;
  Work* work = nullptr;
  std::atomic<std::size_t> left{0};
  bool ended = false;
  json::Value finished;

  void finish() {
    finished = work->finish();
    ended = true;
  }
};

// A core::Error keeps its code and hint; its message gets the resource's name in front.
template <typename Action>
void named(const std::string& name, const Action& action) {
  try {
    action();
  } catch (const core::Error& error) {
    throw core::Error(error.code(), fmt::format("{}: {}", name, error.what()), error.hint());
  }
}

void run_item(Running& running, const Task& item) {
  named(running.name, [&] {
    running.work->run(item);
    if (running.left.fetch_sub(1) == 1) running.finish();
  });
}

struct Planned {
  Running* running;
  Task item;
};

using Plan = std::vector<Planned>;

void plan(Running& running, Plan& all, core::Context& context) {
  auto items = running.work->plan();
  std::uint64_t bytes = 0;
  for (auto& item : items) {
    bytes += item.estimated_bytes;
    all.push_back({&running, std::move(item)});
  }
  running.left = items.size();
  context.progress.expect(running.name, bytes);
}

std::vector<core::Job> largest_first(Plan planned) {
  std::stable_sort(planned.begin(), planned.end(), [](const Planned& a, const Planned& b) {
    return a.item.estimated_bytes > b.item.estimated_bytes;
  });
  std::vector<core::Job> jobs;
  jobs.reserve(planned.size());
  for (auto& entry : planned)
    jobs.emplace_back([entry = std::move(entry)] { run_item(*entry.running, entry.item); });
  return jobs;
}

// Moves what must run inside the window out of `all`.
Plan take_inside(Plan& all, const Window& window) {
  const auto first = std::stable_partition(all.begin(), all.end(), [&](const Planned& one) {
    return !one.item.live && window.whole.count(one.running->name) == 0;
  });
  Plan inside(std::make_move_iterator(first), std::make_move_iterator(all.end()));
  all.erase(first, all.end());
  return inside;
}

using RunningByName = std::map<std::string, Running>;

// Those that had no item: nothing has finished them yet.
void finish_idle(RunningByName& running, const std::function<bool(const std::string&)>& which) {
  for (auto& [name, one] : running)
    if (which(name) && one.left == 0 && !one.ended) named(name, [&one = one] { one.finish(); });
}

}  // namespace

std::map<std::string, json::Value> run_works(Works& works, std::size_t workers,
                                             core::Context& context, const Window& window) {
  RunningByName running;
  Plan planned;
  for (auto& [name, work] : works) {
    Running& one = running[name];
    one.name = name;
    one.work = work.get();
    named(name, [&] { plan(one, planned, context); });
  }
  if (window.end) {
    core::run_all(largest_first(take_inside(planned, window)), workers, context.cancel);
    finish_idle(running, [&](const auto& name) { return window.whole.count(name) > 0; });
    window.end();
  }
  core::run_all(largest_first(std::move(planned)), workers, context.cancel);
  finish_idle(running, [](const auto&) { return true; });

  std::map<std::string, json::Value> finished;
  for (auto& [name, one] : running) finished[name] = std::move(one.finished);
  return finished;
}

}  // namespace resources
