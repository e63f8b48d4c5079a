#pragma once
// One part of an environment that a backup holds. One folder per resource; no resource includes
// another. Everything a resource does for a stage is a Work: the shared pool (run_works) runs the
// items of all resources side by side, largest first.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/exit_code.hpp"
#include "core/ports.hpp"
#include "json/value.hpp"

namespace resources {

// Carries what it acts on, so that nobody looks it up again by its name.
struct Task {
  std::string id;                     // unique within its Work, for messages and progress
  std::uint64_t estimated_bytes = 0;  // plain bytes, for order and progress
  // Although its resource has a cut, this task reads what later writes change.
  bool live = false;
  std::function<void()> act = {};
};

// One resource's share of one stage. The constructor (open(), restore(), prove() below) does what
// must come first and alone; tasks run concurrently on pool threads; finish() once, after every
// task of this Work ended well.
class Work {
 public:
  virtual ~Work() = default;
  virtual std::vector<Task> plan() = 0;
  virtual void run(const Task& task) { task.act(); }
  virtual json::Value finish() = 0;
};

// A problem that preflight found. Every one is reported before the step fails with the first one's
// exit code, so that the reader mends all at once.
struct Finding {
  core::ExitCode code = core::ExitCode::kPrecondition;
  std::string message;
  std::string hint;
  bool blocking = true;  // false: a warning
};

struct PreflightReport {
  std::vector<Finding> findings;
  std::uint64_t estimated_bytes = 0;  // plain bytes that a backup would hold now
  std::uint64_t live_bytes = 0;       // of them, those of items marked `live`
  // Restore: lines of the plan for people, "table athena-server.trial: 800 now, 1000 in the
  // archive".
  std::vector<std::string> plan;
};

// A part that cannot be loaded beside live data.
struct InPlacePart {
  std::string part;    // "athena-server.parent", "data stream logs"
  std::string reason;  // "table other.child refers to it"
};

// How a resource would be restored without touching live data first.
struct StagingPlan {
  std::size_t staged_parts = 0;       // 0: this resource goes in place as a whole
  std::vector<InPlacePart> in_place;  // changed where they are, with users out
  std::uint64_t room_bytes = 0;       // needed on the resource's own server or disk until clean_up
  double outage_seconds = 0;          // of the move, without Apply and without parts in place
};

// One difference between the live resource and the manifest.
struct Difference {
  std::string object;  // "athena-server.trial", "config/app.yml"
  std::string expected;
  std::string found;
};

class Resource {
 public:
  virtual ~Resource() = default;
  virtual std::string name() const = 0;

  // May this be backed up now? Rights, reachability, sizes. Never changes anything.
  virtual PreflightReport preflight_backup(core::Context& context) = 0;
  // May this archive be restored here? Also names what will go and what will come. Never changes
  // anything. The archive is known to hold this resource.
  virtual PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                            core::Context& context) = 0;

  // Opens the cut: the state that the archive will show. The Work keeps it (RAII); its items put
  // chunks into the sink; its finish() returns the manifest's `detail` of this resource.
  // True when items not marked `live` read from a consistent view that later writes do not change,
  // and finish() reads nothing else; else all of the Work must run while maintenance is on.
  virtual bool has_cut() const = 0;
  virtual std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) = 0;

  // Removes the live data that the archive replaces, and only that. Idempotent. Checks the lease
  // before each destructive call. Returns the names of what went that the archive does not bring
  // back (new tables, new indices).
  virtual std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                           core::Context& context) = 0;
  // Brings the data back; items already in the journal are left out. Resumable after a kill at any
  // moment. finish() returns a report for the log.
  virtual std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                        core::Context& context) = 0;
  // True when its data lies inside what another resource brings back (an .env in the deployment's
  // working copy): it is restored after all others.
  virtual bool restored_last() const { return false; }

  // A restore without a point of no return: stage, prove_staged, then check_move, destroy, restore
  // (they move what is staged) and prove; move_back is the way back, drop_aside the end. Resources
  // without these go in place: destroy and restore as above. `context.moves` tells the resource
  // what stands beside it; the steps write its Beside, the resource its moves.

  // What can be staged and what cannot, and why. Never changes anything.
  virtual StagingPlan plan_staging(const archive::ArchiveReader& archive, core::Context& context) {
    (void)archive;
    (void)context;
    return {};
  }
  // Loads the archive's parts beside the live data, while users work, and rehearses whatever is
  // made only after the move (definitions that cannot be moved, parts that go in place). Resumable
  // by the journal. Live data stays untouched, whatever happens. finish() returns a report for the
  // log.
  virtual std::unique_ptr<Work> stage(const archive::ArchiveReader& archive,
                                      core::Context& context) {
    (void)archive;
    (void)context;
    return nullptr;
  }
  // As prove(), of what is staged.
  virtual std::unique_ptr<Work> prove_staged(const archive::ArchiveReader& archive,
                                             core::Context& context) {
    (void)archive;
    (void)context;
    return nullptr;
  }
  // Removes what is staged, of any archive; never what is aside. Idempotent.
  virtual void unstage(core::Context& context) { (void)context; }
  // Right before destroy(), users out, data staged and proved: would the move go through now?
  // Throws Error(kPrecondition) otherwise. `safety` is what saves the live data (null: there is
  // none); live must still equal it. Changes nothing.
  virtual void check_move(const archive::ArchiveReader& target,
                          const archive::ArchiveReader* safety, core::Context& context) {
    (void)target;
    (void)safety;
    (void)context;
  }
  // Makes what is aside live again, definitions included, and discards what stands in its place.
  // Resumable; does nothing where nothing is aside any more. Without load and without archive.
  virtual void move_back(core::Context& context) { (void)context; }
  // After move_back: what had gone in place comes from the archive that saved it. Null: nothing
  // did.
  virtual std::unique_ptr<Work> restore_rest(const archive::ArchiveReader& archive,
                                             core::Context& context) {
    (void)archive;
    (void)context;
    return nullptr;
  }
  // Throws where something still needs what is aside. Changes nothing.
  virtual void check_aside_unused(core::Context& context) { (void)context; }
  // Removes what is aside. Resumable; what a killed run has left is of no use to anybody.
  virtual void drop_aside(core::Context& context) { (void)context; }
  // Names what stands beside, as its server or disk shows it: "schema eb-1f-staged-shop (12
  // tables)".
  virtual std::vector<std::string> list_beside(core::Context& context) {
    (void)context;
    return {};
  }

  // Compares live with the manifest without changing anything; costs about one dump.
  // finish() returns {"differences": [{"object","expected","found"}...]}.
  virtual std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                                      core::Context& context) = 0;
  // Called once when the operation ends proved: drops scratch objects and saved copies.
  virtual void clean_up(core::Context& context) { (void)context; }
  // Puts versions live after a successful prove (images: tags, command, health check). Most:
  // nothing.
  virtual void apply(const archive::ArchiveReader& archive, core::Context& context) {
    (void)archive;
    (void)context;
  }
};

json::Value to_json(const std::vector<Difference>& differences);
std::vector<Difference> differences_from(const json::Value& finished);

}  // namespace resources
