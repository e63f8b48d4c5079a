#pragma once
// How each resource goes through a restore: its replacement stands beside it and is moved in, what
// is aside is moved back, or it is changed in place.

#include <string>
#include <vector>

#include "acting/target.hpp"

namespace acting {

enum class Road {
  kMove,      // the target is staged and proved, or some of it is moved in already
  kMoveBack,  // the target is the safety archive of what is aside
  kInPlace    // destroy, then load
};

Road road_of(Frame& frame, const Target& target, const std::string& name);
// Whatever the resources of this restore keep aside for `target`, those that it lacks included.
std::vector<std::string> moved_back_to(Frame& frame, const Target& target);
// Recorded as live, and nothing of it is aside.
bool is_untouched(Frame& frame, const std::string& name);

}  // namespace acting
