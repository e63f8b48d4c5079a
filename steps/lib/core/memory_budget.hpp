#pragma once
// Byte-weighted semaphore: memory is charged before it is allocated. An item above the whole budget
// waits until nothing else is charged and then runs alone.

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace core {

class CancelToken;

// From here on a block of a MiB or more goes back to the system when it is freed: the C library
// would keep what threads freed, beside the budget. Called once, at the start of a process.
void return_freed_blocks();

class MemoryBudget {
 public:
  static constexpr std::size_t kDefaultBytes = std::size_t{128} << 20;

  explicit MemoryBudget(std::size_t bytes = kDefaultBytes) : m_total(bytes) {}

  // Returned to the budget when it goes out of scope.
  class Charge {
   public:
    Charge(MemoryBudget& budget, std::size_t bytes) : m_budget(&budget), m_bytes(bytes) {}
    Charge(Charge&& other) noexcept : m_budget(other.m_budget), m_bytes(other.m_bytes) {
      other.m_bytes = 0;
    }
    Charge& operator=(Charge&&) = delete;
    ~Charge() {
      if (m_bytes > 0) m_budget->give_back(m_bytes);
    }

   private:
    MemoryBudget* m_budget;
    std::size_t m_bytes;
  };

  // Blocks until the bytes are free; throws Cancelled when the token is set meanwhile.
  // Never call it while holding another Charge.
  Charge acquire(std::size_t bytes, const CancelToken& cancel);
  std::size_t used() const;

 private:
  void give_back(std::size_t bytes);

  const std::size_t m_total;
  mutable std::mutex m_mutex;
  std::condition_variable m_freed;
  std::size_t m_used = 0;
};

}  // namespace core
