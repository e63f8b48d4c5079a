#include "resources/run_works.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

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
  json::Value finished;
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

void run_item(Running& running, const WorkItem& item) {
  named(running.name, [&] {
    running.work->run(item);
    if (running.left.fetch_sub(1) == 1) running.finished = running.work->finish();
  });
}

struct Planned {
  Running* running;
  WorkItem item;
};

void plan(Running& running, std::vector<Planned>& all, core::Context& context) {
  auto items = running.work->plan();
  std::uint64_t bytes = 0;
  for (auto& item : items) {
    bytes += item.estimated_bytes;
    all.push_back({&running, std::move(item)});
  }
  running.left = items.size();
  context.progress.expect(running.name, bytes);
}

std::vector<core::Job> largest_first(std::vector<Planned> planned) {
  std::stable_sort(planned.begin(), planned.end(), [](const Planned& a, const Planned& b) {
    return a.item.estimated_bytes > b.item.estimated_bytes;
  });
  std::vector<core::Job> jobs;
  jobs.reserve(planned.size());
  for (auto& entry : planned)
    jobs.emplace_back([entry = std::move(entry)] { run_item(*entry.running, entry.item); });
  return jobs;
}

}  // namespace

std::map<std::string, json::Value> run_works(Works& works, std::size_t workers,
                                             core::Context& context) {
  std::map<std::string, Running> running;
  std::vector<Planned> planned;
  for (auto& [name, work] : works) {
    Running& one = running[name];
    one.name = name;
    one.work = work.get();
    named(name, [&] { plan(one, planned, context); });
  }
  core::run_all(largest_first(std::move(planned)), workers, context.cancel);

  std::map<std::string, json::Value> finished;
  for (auto& [name, one] : running) {
    named(name, [&one = one] {
      if (one.finished.is_null()) one.finished = one.work->finish();  // it had no item
    });
    finished[name] = std::move(one.finished);
  }
  return finished;
}

}  // namespace resources
