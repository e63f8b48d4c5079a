#pragma once
// What earlier restores left beside the live data, and what becomes of it before a new stage.

#include <string>

#include "acting/target.hpp"

namespace stage {

// Makes the way free for staging `target`: what is staged for another archive is removed; what may
// be dropped is dropped; what is aside for another restore of a closed environment is moved back
// first. Throws Error(kPrecondition) where live data stands on an aside that is still needed.
// False: nothing is to be staged for this resource (its moves go on, or it goes back).
bool make_way(acting::Frame& frame, const acting::Target& target, const std::string& name);

}  // namespace stage
