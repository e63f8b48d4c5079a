#include "snapshot/release.hpp"

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/log.hpp"
#include "lifecycle/return_maintenance.hpp"
#include "maintenance/maintenance.hpp"

namespace snapshot {

namespace {

double seconds_of_maintenance(const state::Operation& operation) {
  std::int64_t since_ms = operation.started_ms;
  for (const auto& phase : operation.phases)
    if (phase.name == "maintenance on") since_ms = phase.started_ms;
  return static_cast<double>(core::system_clock().now_ms() - since_ms) / 1000.0;
}

void let_users_back(acting::Frame& frame) {
  frame.session().check_release();
  maintenance::Switch door(frame.environment().maintenance, frame.cancel());
  lifecycle::return_maintenance(door, frame.session());
  const double seconds = seconds_of_maintenance(frame.session().operation());
  frame.result().set("maintenance_seconds", seconds);
  core::log_info(fmt::format(
      "maintenance took {:.1f} s: every cut is open, the rest is copied beside the users",
      seconds));
}

}  // namespace

resources::Window window_of(acting::Frame& frame) {
  resources::Window window;
  const bool backup = frame.session().operation().kind == state::Kind::kBackup;
  if (!backup || !frame.environment().maintenance.after_cut) return window;
  for (const auto& name : frame.configured())
    if (!frame.resource(name).has_cut()) window.whole.insert(name);
  window.end = [&frame] { let_users_back(frame); };
  return window;
}

}  // namespace snapshot
