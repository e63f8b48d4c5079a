#include "state/marker.hpp"

#include <filesystem>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"

namespace state {

Marker marker_of(const EnvironmentRow& environment) {
  return {environment.state, environment.epoch, environment.restoring_from,
          environment.safety_archive};
}

std::string marker_path(const Place& place) {
  return core::folder_of(place.path) + "/" + place.environment + ".marker";
}

namespace {

// A step that was taken over between its transaction and this call must not undo what came after.
bool is_overtaken(const Place& place, const Marker& marker) {
  try {
    const auto found = read_marker(place);
    return found && found->epoch > marker.epoch;
  } catch (const core::Error&) {
    return false;
  }
}

}  // namespace

void write_marker(const Place& place, const Marker& marker) {
  if (is_overtaken(place, marker)) return;
  core::write_file_atomically(
      marker_path(place),
      fmt::format("environment={}\nstate={}\nepoch={}\nrestoring_from={}\nsafety_archive={}\n",
                  place.environment, to_text(marker.state), marker.epoch, marker.restoring_from,
                  marker.safety_archive));
}

std::optional<Marker> read_marker(const Place& place) {
  if (!std::filesystem::exists(marker_path(place))) return std::nullopt;
  std::istringstream lines(core::read_file(marker_path(place), 1 << 16));
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(lines, line);)
    if (const auto equals = line.find('='); equals != std::string::npos)
      values[line.substr(0, equals)] = line.substr(equals + 1);
  Marker marker;
  try {
    marker.epoch = std::stoll(values["epoch"]);
  } catch (const std::exception&) {
    throw core::Error(core::ExitCode::kState,
                      fmt::format("marker {} cannot be read", marker_path(place)),
                      "compare it with `operation status`, then move it away");
  }
  marker.state = environment_state_from_text(values["state"]);
  marker.restoring_from = values["restoring_from"];
  marker.safety_archive = values["safety_archive"];
  return marker;
}

}  // namespace state
