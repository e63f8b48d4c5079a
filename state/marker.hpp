#pragma once
// "<environment>.marker" beside the state file: fsynced with every change of the environment's
// state, so that a lost or old state file is noticed and a person can read how things stand.

#include <cstdint>
#include <optional>
#include <string>

#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace state {

struct Marker {
  EnvironmentState state = EnvironmentState::kLive;
  std::int64_t epoch = 0;
  std::string restoring_from;
  std::string safety_archive;
};

Marker marker_of(const EnvironmentRow& environment);
std::string marker_path(const Place& place);
// Lines "key=value". Does nothing when the marker that is there is of a later epoch.
void write_marker(const Place& place, const Marker& marker);
std::optional<Marker> read_marker(const Place& place);

}  // namespace state
