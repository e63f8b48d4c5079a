#pragma once
// The plan that --dry-run prints and the run carries out.

#include <string>
#include <vector>

#include "environment/environment.hpp"
#include "lifecycle/archive_folder.hpp"
#include "state/retention/retention.hpp"
#include "state/state_file.hpp"

namespace prune {

struct Plan {
  std::vector<state::Decision> decisions;  // newest first
  lifecycle::Strays strays;

  std::vector<state::Decision> removals() const;  // oldest first
};

Plan make_plan(const environment::Environment& environment, const state::StateFile& file);
// One line for each decision with its reason.
std::string plan_text(const Plan& plan);

}  // namespace prune
