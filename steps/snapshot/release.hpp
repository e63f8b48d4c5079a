#pragma once
// When a snapshot lets users back in.

#include "acting/frame.hpp"
#include "resources/run_works.hpp"

namespace snapshot {

// With maintenance.release "after_cut", a backup ends the maintenance as soon as its cuts are open
// and what has no cut is copied. Everything else stays inside: the window then has no end of its
// own, and the stage `Maintenance off` ends it.
resources::Window window_of(acting::Frame& frame);

}  // namespace snapshot
