#pragma once
// What the published view says of the state file, read in one transaction.

#include <cstdint>
#include <optional>
#include <string>

#include "state/catalogue/archive_record.hpp"
#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace state {

// An archive that equals what was live at a moment.
struct LastSeen {
  std::int64_t as_of_ms = 0;
  ArchiveRecord archive;
};

struct Publication {
  // Raised by every change of what people may see; `catalogue_revision`: as it was at the last
  // change of an archive, or of an operation on which depends what the next prune removes.
  std::int64_t revision = 0;
  std::int64_t catalogue_revision = 0;
  EnvironmentRow environment;
  std::optional<Operation> running;
  std::optional<Operation> last_ended;
  // The last restore that changed anything, when it ended restored and its safety archive is whole:
  // what an undo goes back from.
  std::optional<Operation> last_restore;
  // The newest complete archive, or what the last proved restore brought back, if that was later.
  std::optional<LastSeen> last_seen;
};

Publication read_publication(const StateFile& file);

}  // namespace state
