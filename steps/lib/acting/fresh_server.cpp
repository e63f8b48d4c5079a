#include "acting/fresh_server.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/says_what_it_holds.hpp"

namespace acting {

namespace {

constexpr const char* kLeaveItOut =
    "leave FreshServer empty: what is there now is then kept in a safety archive, and what is lost "
    "may be named in AllowMissing";

resources::Finding finding(const std::string& what) {
  return {core::ExitCode::kPrecondition, "this is no fresh server: " + what, kLeaveItOut, true};
}

std::string what_is_there(resources::Resource& resource, core::Context& context) {
  auto* const teller = dynamic_cast<resources::SaysWhatItHolds*>(&resource);
  return teller == nullptr ? "data that it cannot count" : teller->holds(context);
}

}  // namespace

std::vector<resources::Finding> occupants(const ResourceMap& resources, core::Context& context) {
  std::vector<resources::Finding> found;
  for (const auto& [name, resource] : resources)
    if (const auto held = what_is_there(*resource, context); !held.empty())
      found.push_back(finding(fmt::format("{} holds {}", name, held)));
  return found;
}

void require_fresh_server(Frame& frame) {
  if (frame.session().environment().closed()) return;
  const auto found = occupants(frame.resources(), frame.context());
  for (const auto& each : found) core::log(core::LogLevel::kError, each.message);
  if (!found.empty())
    throw core::Error(found.front().code, found.front().message, found.front().hint);
}

}  // namespace acting
