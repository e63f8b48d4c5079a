#pragma once
// A few threads that carry out what is put into their queue, in order.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace admin {

class Workers {
 public:
  explicit Workers(int count);
  // Ends after the work that is being done; what is still in the queue is dropped.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // `work` must not throw.
  void add(std::function<void()> work);

 private:
  void run();

  std::mutex m_mutex;  // of m_queue and m_ending
  std::condition_variable m_wake;
  std::deque<std::function<void()>> m_queue;
  bool m_ending = false;
  std::vector<std::thread> m_threads;
};

}  // namespace admin
