#pragma once
// A resource that can tell whether there is anything to lose. One that cannot is never taken for
// empty, so a restore with FreshServer refuses it.

#include <string>

#include "core/ports.hpp"

namespace resources {

class SaysWhatItHolds {
 public:
  virtual ~SaysWhatItHolds() = default;
  // What live data is there, in a few words ("3 tables in athena-server"); empty: none, or the
  // resource is absent. Throws when it cannot be asked. Never changes anything.
  virtual std::string holds(core::Context& context) = 0;
};

}  // namespace resources
