#include "core/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace core {

namespace {

class Run {
 public:
  Run(std::vector<Job>& jobs, const CancelToken& cancel) : m_jobs(jobs), m_cancel(cancel) {}

  void work() {
    while (!m_failed) {
      const std::size_t index = m_next.fetch_add(1);
      if (index >= m_jobs.size()) return;
      attempt(m_jobs[index]);
    }
  }

  void rethrow() const {
    if (m_failure) std::rethrow_exception(m_failure);
  }

 private:
  void attempt(Job& job) {
    try {
      m_cancel.check();
      job();
      job = nullptr;  // frees what the job holds
    } catch (...) {
      const std::lock_guard lock(m_mutex);
      if (!m_failed) m_failure = std::current_exception();
      m_failed = true;
    }
  }

  std::vector<Job>& m_jobs;
  const CancelToken& m_cancel;
  std::atomic<std::size_t> m_next{0};
  std::atomic<bool> m_failed{false};
  std::mutex m_mutex;
  std::exception_ptr m_failure;
};

}  // namespace

std::size_t default_workers() {
  return std::max<std::size_t>(2, std::thread::hardware_concurrency());
}

void run_all(std::vector<Job> jobs, std::size_t workers, const CancelToken& cancel) {
  Run run(jobs, cancel);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::min(workers, jobs.size()); ++i)
    threads.emplace_back([&run] { run.work(); });
  for (auto& thread : threads) thread.join();
  cancel.check();
  run.rethrow();
}

}  // namespace core
