#pragma once
// From job parameters, as users type them, to the request of `operation begin`.

#include <cstdint>
#include <map>
#include <string>

#include "cli/run_main.hpp"
#include "state/operations/begin.hpp"

namespace operation {

state::BeginRequest request_from(const cli::Options& options);

// "elasticsearch: dead since Monday; firebase: not reachable" -> resource -> reason. A name without
// a reason gets an empty one, which begin refuses.
std::map<std::string, std::string> parse_reasons(const std::string& text);
// FreshServer and AcceptNoSafety: the reason itself; "" and "false" say no. Throws Error(kUsage)
// for a bare "true": a reason is wanted.
std::string parse_reason(const std::string& name, const std::string& text);
// The build that a replay or rebuild repeats, out of the JSON of currentBuild.getBuildCauses();
// empty for any other cause.
std::string replayed_build(const std::string& causes_json);
// Did a timer of Jenkins start the build? Read from the same JSON.
bool started_by_timer(const std::string& causes_json);
// The request of a nightly backup: one RequestId for each day of this machine's time zone.
std::string nightly_request_id(std::int64_t now_ms);

}  // namespace operation
