#pragma once
// Collects what all checks found, so that the reader mends everything at once.

#include <functional>
#include <optional>
#include <string>

#include "resources/resource.hpp"

namespace preflight {

class Findings {
 public:
  void add(const std::string& name, const resources::PreflightReport& report);
  void add(const std::string& name, const resources::Finding& finding);
  // A check that cannot even be made is a finding like any other.
  void guarded(const std::string& name, const std::function<void()>& check);

  std::uint64_t estimated_bytes() const { return m_bytes; }
  // Throws the first blocking finding.
  void refuse() const;

 private:
  std::optional<resources::Finding> m_first;
  std::size_t m_blocking = 0;
  std::uint64_t m_bytes = 0;
};

}  // namespace preflight
