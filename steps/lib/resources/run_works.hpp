#pragma once
// Runs the items of several resources' Works on one pool, largest first, and finishes each Work as
// soon as its last item is done.

#include <map>
#include <memory>
#include <string>

#include "resources/resource.hpp"

namespace resources {

using Works = std::map<std::string, std::unique_ptr<Work>>;  // by resource name

// A Work without items is finished after those of all others, in the order of names: images writes
// tags into files that the deployment brings.
// Returns what each finish() returned. The first failure stops the rest and is rethrown with the
// resource's name in front of its message.
std::map<std::string, json::Value> run_works(Works& works, std::size_t workers,
                                             core::Context& context);

}  // namespace resources
