#pragma once
// The checks themselves, the same for a running operation and for a dry run.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "environment/environment.hpp"
#include "resources/resource.hpp"
#include "state/catalogue/archive_record.hpp"
#include "state/operations/operation.hpp"

namespace preflight {

using ResourceMap = std::map<std::string, std::unique_ptr<resources::Resource>>;

// What is asked for.
struct Request {
  std::optional<state::ArchiveRecord> target;        // a restore: what to bring back
  std::map<std::string, std::string> allow_missing;  // resource -> reason
  std::vector<std::string> skip_resources;
  int executors = 0;          // of the agent; 0: not known
  bool fresh_server = false;  // a restore onto an empty server: no safety archive is made
  // Removes what retention lets go anyway; called when a backup is short of space. May be empty.
  std::function<void()> make_room;
  bool closed = false;  // an interrupted restore goes on: its safety archive is used again
  std::map<std::string, state::EnvironmentState> recorded;  // of each resource, while closed
};

// Prints findings and, for a restore, the plan. Returns the plain bytes that the backup would read.
// Throws the first blocking finding after all were printed.
std::uint64_t check(const environment::Environment& environment, ResourceMap& resources,
                    const Request& request, core::Context& context);

}  // namespace preflight
