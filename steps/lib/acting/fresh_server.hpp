#pragma once
// Disaster recovery: a restore onto a server that holds nothing yet needs no safety archive.

#include "acting/frame.hpp"
#include "resources/resource.hpp"

namespace acting {

// Throws Error(kPrecondition) naming everything that is there, unless every configured resource is
// empty or absent. A closed environment whose restore began on a fresh server passes: what is there
// came from that restore.
void require_fresh_server(Frame& frame);

// The same as a list of findings, for preflight: empty when the server is fresh.
std::vector<resources::Finding> occupants(const ResourceMap& resources, core::Context& context);

}  // namespace acting
