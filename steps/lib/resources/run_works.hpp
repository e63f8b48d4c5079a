#pragma once
// Runs the items of several resources' Works on one pool, largest first, and finishes each Work as
// soon as its last item is done.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "resources/resource.hpp"

namespace resources {

using Works = std::map<std::string, std::unique_ptr<Work>>;  // by resource name

// The part of a capture that needs users to be out.
struct Window {
  std::set<std::string> whole;  // resources without a cut: all of their items, and finish()
  // Called once, from the calling thread, when they and every item marked `live` are done; all
  // other items run afterwards. Empty: there is no such moment, everything runs side by side.
  std::function<void()> end;
};

// A Work without items is finished after those of all others, in the order of names: images writes
// tags into files that the deployment brings.
// Returns what each finish() returned. The first failure stops the rest and is rethrown with the
// resource's name in front of its message.
std::map<std::string, json::Value> run_works(Works& works, std::size_t workers,
                                             core::Context& context, const Window& window = {});

}  // namespace resources
