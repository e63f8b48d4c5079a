#pragma once
// From a request to the function that answers it, through every check on the way.

#include "admin/web/exchange.hpp"
#include "admin/web/gate.hpp"
#include "admin/web/services.hpp"

namespace admin {

class Router {
 public:
  explicit Router(Services& services) : m_services(services), m_gate(services) {}

  // Never throws. Any thread.
  Answer answer(const Ask& ask);

 private:
  Answer dispatch(const Ask& ask);

  Services& m_services;
  Gate m_gate;
};

}  // namespace admin
