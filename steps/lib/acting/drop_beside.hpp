#pragma once

#include "core/ports.hpp"
#include "resources/resource.hpp"

namespace acting {

// Removes what is staged, of whatever archive.
void drop_staged(resources::Resource& resource, core::Context& context);

// Removes what the last restore replaced. From its first moment on nobody can go back to it: a kill
// leaves some of it, which the next sweep removes.
void drop_aside(resources::Resource& resource, core::Context& context);

}  // namespace acting
