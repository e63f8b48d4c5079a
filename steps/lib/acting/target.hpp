#pragma once
// The archive that destroy, restore, prove and apply act with, and the resources concerned.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "acting/frame.hpp"
#include "archive/archive_reader.hpp"
#include "resources/selection.hpp"

namespace acting {

struct Target {
  archive::ArchiveReader archive;
  resources::Selection selection;
};

// Whatever an earlier, interrupted restore left in ruins and this archive does not bring back,
// unless `excepted` names it: the environment would be live without it.
std::vector<resources::Finding> ruins_left(
    const std::map<std::string, state::EnvironmentState>& recorded,
    const resources::Selection& selection, const std::vector<std::string>& excepted,
    const std::string& backup_id);

// Opens the archive and selects; says in the log what is left alone. Throws Error(kPrecondition)
// when an interrupted restore left a resource in ruins that this archive would not bring back.
Target open_target(Frame& frame);

// Those of the selection whose recorded state is none of `done`: a rerun leaves out what an
// interrupted run of the same target has finished.
std::vector<std::string> still_to_do(Frame& frame, const Target& target,
                                     const std::set<state::EnvironmentState>& done);

}  // namespace acting
