#pragma once
// What happened and which button finishes it, for people.

#include <optional>
#include <string>
#include <vector>

#include "state/operations/moves.hpp"
#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace state {

struct Status {
  EnvironmentRow environment;
  std::optional<Operation> last;  // running or ended; empty: none ever ran
  bool step_at_work = false;
  std::vector<BesideRow> beside;  // what restores keep beside live data, by resource
  std::string declared_live;      // after the last operation, by a person: who, and the reason
};

Status read_status(const StateFile& file);
// One paragraph.
std::string describe(const Status& status, const core::Clock& clock);
// What follows the outcome: ", ended as rolled_back: <error>"; empty when there is nothing to say.
std::string describe_end(const Operation& operation);
// The sentence for a closed environment: which button, which BackupId. Empty when live.
std::string way_out(const EnvironmentRow& environment);

}  // namespace state
