#pragma once
// The memory charged for one worker, which may have to grow when it meets a large document.

#include <optional>

#include "core/ports.hpp"

namespace resources::elasticsearch {

class MemoryShare {
 public:
  MemoryShare(core::Context& context, std::size_t bytes) : m_context(context) { grow_to(bytes); }

  // Waits until so much is free. What was charged before is given back first: two workers that
  // each wait for the other's share would wait for ever.
  void grow_to(std::size_t bytes) {
    if (bytes <= m_bytes) return;
    m_charge.reset();
    m_charge.emplace(m_context.memory.acquire(bytes, m_context.cancel));
    m_bytes = bytes;
  }

 private:
  core::Context& m_context;
  std::size_t m_bytes = 0;
  std::optional<core::MemoryBudget::Charge> m_charge;
};

}  // namespace resources::elasticsearch
