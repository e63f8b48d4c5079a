#include "core/memory_budget.hpp"

#include <algorithm>
#include <chrono>

#include <malloc.h>

#include "core/cancel_token.hpp"

namespace core {

void return_freed_blocks() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

MemoryBudget::Charge MemoryBudget::acquire(std::size_t bytes, const CancelToken& cancel) {
  const std::size_t charged = std::max<std::size_t>(1, std::min(bytes, m_total));
  std::unique_lock lock(m_mutex);
  while (m_used + charged > m_total) {
    cancel.check();
    m_freed.wait_for(lock, std::chrono::milliseconds(100));
  }
  m_used += charged;
  return {*this, charged};
}

std::size_t MemoryBudget::used() const {
  const std::lock_guard lock(m_mutex);
  return m_used;
}

void MemoryBudget::give_back(std::size_t bytes) {
  {
    const std::lock_guard lock(m_mutex);
    m_used -= bytes;
  }
  m_freed.notify_all();
}

}  // namespace core
