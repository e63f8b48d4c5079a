#include "admin/web/workers.hpp"

namespace admin {

Workers::Workers(int count) {
  for (int i = 0; i < count; ++i) m_threads.emplace_back([this] { run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(m_mutex);
    m_ending = true;
  }
  m_wake.notify_all();
  for (auto& thread : m_threads) thread.join();
}

void Workers::add(std::function<void()> work) {
  {
    const std::lock_guard lock(m_mutex);
    m_queue.push_back(std::move(work));
  }
  m_wake.notify_one();
}

void Workers::run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(m_mutex);
      m_wake.wait(lock, [this] { return m_ending || !m_queue.empty(); });
      if (m_ending) return;
      work = std::move(m_queue.front());
      m_queue.pop_front();
    }
    work();
  }
}

}  // namespace admin
