#include "session/unbound.hpp"

#include "core/error.hpp"

namespace session {

void Unbound::NoLease::check() {
  throw core::Error(core::ExitCode::kPrecondition, "nothing may be changed without an operation",
                    "run `operation begin` first");
}

}  // namespace session
