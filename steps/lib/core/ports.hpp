#pragma once
// What resources need from the operation around them, without knowing state, lease or log.
// session/ implements these for steps; tests implement them in memory.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/cancel_token.hpp"
#include "core/memory_budget.hpp"

namespace core {

// Progress of the running step. Any thread.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  // Bytes expected (estimates), per resource; may be called again with a better figure.
  virtual void expect(const std::string& resource, std::uint64_t bytes) = 0;
  virtual void advance(const std::string& resource, std::uint64_t bytes) = 0;
  // A line for people: "mysql: added 3 keys to athena-server.trial".
  virtual void note(const std::string& line) = 0;
};

// Which chunks of this restore are already in. Keyed by resource and item id (the member's name or
// whatever the resource chooses); durable when done() returns. Any thread.
class RestoreJournal {
 public:
  virtual ~RestoreJournal() = default;
  virtual bool is_done(const std::string& resource, const std::string& item) = 0;
  virtual void done(const std::string& resource, const std::string& item) = 0;
  virtual std::vector<std::string> items(const std::string& resource) = 0;
  // Forget items (a failed prove clears what differed); no items given: all of the resource.
  virtual void clear(const std::string& resource, const std::vector<std::string>& items = {}) = 0;
  // Small named facts that a rerun needs, e.g. server connection ids to kill first.
  virtual void remember(const std::string& resource, const std::string& key,
                        const std::string& value) = 0;
  virtual std::optional<std::string> recall(const std::string& resource,
                                            const std::string& key) = 0;
};

// What stands beside one resource's live data.
// In place of the archive while what is aside is being removed: nothing equals it any more.
inline constexpr const char* kBeingRemoved = "being removed";

struct Beside {
  std::string staged_archive;  // whose data is staged, or being staged; empty: none
  bool staged_proved = false;  // all of it, equal to that archive
  std::string aside_archive;   // the safety archive that equals what is aside; empty: none is aside
  bool aside_droppable = false;  // users are back on what replaced it
};

// What a restore keeps beside live data, and the moves between the two. A failed prove, destroy and
// another target clear the journal, never this. Durable when a call returns. Any thread.
class MoveRecord {
 public:
  virtual ~MoveRecord() = default;
  virtual Beside beside(const std::string& resource) = 0;
  virtual void set_beside(const std::string& resource, const Beside& beside) = 0;
  // The intent of each move, written before it is made, in the resource's own words (JSON). Where a
  // part really is, only its server or disk tells.
  virtual std::map<std::string, std::string> moves(const std::string& resource) = 0;
  virtual void record(const std::string& resource, const std::string& part,
                      const std::string& move) = 0;
  // No parts given: all of the resource.
  virtual void forget(const std::string& resource, const std::vector<std::string>& parts = {}) = 0;
};

// The operation's exclusive right to the environment. Any thread.
class Lease {
 public:
  virtual ~Lease() = default;
  // Throws Error(kPrecondition) when the operation or its epoch is not the recorded one any more.
  // Call it before every destructive call.
  virtual void check() = 0;
  virtual std::int64_t epoch() const = 0;
  virtual std::string operation_id() const = 0;
};

// One bundle, handed to every resource call.
struct Context {
  ProgressSink& progress;
  CancelToken& cancel;
  MemoryBudget& memory;
  RestoreJournal& journal;
  Lease& lease;
  MoveRecord& moves;
};

}  // namespace core
