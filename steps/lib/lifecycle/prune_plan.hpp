#pragma once
// The plan that --dry-run prints and the run carries out.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/cancel_token.hpp"
#include "environment/environment.hpp"
#include "lifecycle/archive_folder.hpp"
#include "state/retention/retention.hpp"
#include "state/state_file.hpp"

namespace lifecycle {

struct PrunePlan {
  std::vector<state::Decision> decisions;  // newest first
  Strays strays;
  std::set<std::string> missing;  // marked so, and their files are not there now either

  std::vector<state::Decision> removals() const;  // oldest first
};

PrunePlan make_prune_plan(const environment::Environment& environment,
                          const state::StateFile& file);
// How an archive's row goes; false when there is nothing to do any more, and its files stay.
using RemoveRow = std::function<bool(const std::string& backup_id)>;
// First the row, then the file: a kill in between leaves a file that the next run removes. Of one
// whose file is missing only the row goes: the file may come back this moment, with its disk.
// Returns what went.
std::vector<std::string> carry_out(const PrunePlan& plan,
                                   const environment::Environment& environment,
                                   const core::CancelToken& cancel, const RemoveRow& remove_row);
// One line for each decision with its reason.
std::string plan_text(const PrunePlan& plan);

}  // namespace lifecycle
