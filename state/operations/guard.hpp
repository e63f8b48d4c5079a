#pragma once
// Which step the recorded state allows. A pure function: the pipeline cannot talk its way past it.

#include <string>

#include "state/operations/operation.hpp"

namespace state {

// Throws Error(kPrecondition) with what is missing and which step or button gives it.
// `step`: "preflight", "maintenance on", "maintenance off", "snapshot", "verify", "stage",
// "destroy", "restore", "prove", "apply", "prune", "maintenance release" (within a snapshot);
// others need just a running operation. That maintenance is really on (flag and probe) is for the
// step to look at; here it must be recorded as owned.
void check_allowed(const std::string& step, bool rollback, const Operation& operation,
                   const EnvironmentRow& environment);

// The archive that destroy, restore and prove act with.
const std::string& acting_archive(bool rollback, const Operation& operation);

}  // namespace state
