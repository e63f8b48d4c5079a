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

void let_users_back(stage::Stage& stage) {
  stage.session().check_release();
  maintenance::Switch door(stage.environment().maintenance, stage.cancel());
  lifecycle::return_maintenance(door, stage.session());
  const double seconds = seconds_of_maintenance(stage.session().operation());
  stage.result().set("maintenance_seconds", seconds);
  core::log_info(fmt::format(
      "maintenance took {:.1f} s: every cut is open, the rest is copied beside the users",
      seconds));
}

}  // namespace

resources::Window window_of(stage::Stage& stage) {
  resources::Window window;
  const bool backup = stage.session().operation().kind == state::Kind::kBackup;
  if (!backup || !stage.environment().maintenance.after_cut) return window;
  for (const auto& name : stage.configured())
    if (!stage.resource(name).has_cut()) window.whole.insert(name);
  window.end = [&stage] { let_users_back(stage); };
  return window;
}

}  // namespace snapshot
