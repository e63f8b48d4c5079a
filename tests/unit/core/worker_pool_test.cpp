#include "core/worker_pool.hpp"

#include <atomic>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/memory_budget.hpp"

TEST_CASE("every job runs once") {
  std::atomic<int> ran{0};
  core::CancelToken cancel;
  core::run_all(std::vector<core::Job>(100, [&] { ++ran; }), 4, cancel);
  CHECK(ran == 100);
}

TEST_CASE("the first failure stops the jobs that have not begun") {
  std::atomic<int> ran{0};
  core::CancelToken cancel;
  std::vector<core::Job> jobs(100, [&] { ++ran; });
  jobs[0] = [] { throw std::runtime_error("broken"); };
  CHECK_THROWS_WITH(core::run_all(jobs, 1, cancel), "broken");
  CHECK(ran == 0);
}

TEST_CASE("a cancelled pool says which signal ended it") {
  core::CancelToken cancel;
  cancel.cancel(15);
  CHECK_THROWS_AS(core::run_all({[] {}}, 2, cancel), core::Cancelled);
}

TEST_CASE("memory charges come back and a giant item runs alone") {
  core::CancelToken cancel;
  core::MemoryBudget budget(100);
  {
    const auto charge = budget.acquire(1000, cancel);
    CHECK(budget.used() == 100);
  }
  CHECK(budget.used() == 0);
}
