#pragma once
// Is the site really closed to its users? The record alone is not believed: somebody may have
// removed the flag.

#include "acting/frame.hpp"

namespace acting {

// Throws Error(kPrecondition) unless flag and probe say that maintenance is on.
void require_maintenance(Frame& frame);

}  // namespace acting
