#pragma once
// One running step bound to its operation: opens the state file, holds the step flock, refuses what
// the recorded state does not allow (exit 18), keeps the lease alive by a heartbeat thread, and
// hands resources their Context. Destructor: stops the heartbeat, lets the flock go.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/ports.hpp"
#include "state/catalogue/archive_record.hpp"
#include "state/operations/operation.hpp"
#include "state/state_file.hpp"

namespace session {

struct Where {
  std::string state_file;      // "<state_folder>/<environment>.sqlite"
  std::string environment;     // name
  std::string archive_folder;  // where pins are written beside the archives too
  std::size_t memory_bytes = core::MemoryBudget::kDefaultBytes;
  int heartbeat_ms = 5000;              // also the time between progress lines
  std::int64_t max_maintenance_ms = 0;  // of a backup; 0: no limit
  int step_wait_ms = 15'000;            // for an earlier step that is still ending
  const core::Clock* clock = nullptr;   // null: the system's
  // Tells people how it stands; `at_once` when the step has begun or ended, else a heartbeat. Must
  // not throw. Called by one thread at a time, under no lock. Empty: nobody is told.
  std::function<void(bool at_once)> tell = nullptr;
};

class Session {
 public:
  // `step`: "preflight", "maintenance on", "maintenance off", "snapshot", "verify", "stage",
  // "destroy", "restore", "prove", "apply", "prune": see state/operations/guard.hpp. `rollback`:
  // destroy/restore/prove/apply act with the safety archive as target.
  Session(const Where& where, const std::string& operation_id, const std::string& step,
          bool rollback, core::CancelToken& cancel);
  ~Session();

  core::Context& context();
  // Re-read at every call.
  state::Operation operation() const;
  state::EnvironmentRow environment() const;

  // The archive that destroy, restore, prove and apply act with (target, or safety on roll back).
  state::ArchiveRecord target() const;
  state::ArchiveRecord archive(const std::string& backup_id) const;  // kNotFound

  // snapshot: a new row `writing`; then complete with what the manifest says. One transaction each.
  std::string begin_archive();
  // A restore that goes on after an interruption uses the safety archive that exists: a new one
  // would be made from the ruins. Its BackupId, recorded as this operation's snapshot.
  std::optional<std::string> reusable_safety();
  // The reason for which this restore needs no safety archive (FreshServer, or a closed environment
  // whose restore began without one); empty: it needs one.
  std::string may_go_without_safety() const;
  void record_no_safety(const std::string& why);
  void complete_archive(const state::ArchiveRecord& record);
  void fail_archive(const std::string& backup_id, const std::string& error);

  // verify: marks the archive verified (and target_verified/snapshot_verified of this operation).
  void record_verified(const std::string& backup_id);
  void record_damage(const std::string& backup_id, const std::string& damage);

  // The archive that saves the live data of this restore; nullopt: it needs none.
  std::optional<state::ArchiveRecord> safety() const;

  // destroy, restore, prove: durable before the first and after the last destructive call. Sets the
  // environment's state and that of the resources named; kDestroying also records target() as
  // `restoring_from`.
  void set_state(state::EnvironmentState state, const std::vector<std::string>& resources);
  // stage, restore: see state::record_moved_back().
  void record_moved_back(const std::string& resource, state::EnvironmentState becomes);
  // prove ok: all named resources and the environment become live, journal dropped.
  void record_proved();

  // maintenance: the state to return to is written before the flag is touched.
  void own_maintenance(bool was_on);
  // Throws Error(kPrecondition) unless this step may end maintenance before it has ended itself.
  void check_release() const;
  void release_maintenance();

  // prune: the row goes first, the caller unlinks the files afterwards. False: it stays, as it was
  // pinned since the plan was made.
  bool record_pruned(const std::string& backup_id);
  state::StateFile& file();

  // Runs the work of the step and records how it ended; what it threw goes on. `failure_recorded`
  // is for run_main(): this step began and failed. It stays false where the claim was lost: what is
  // to be done about that operation is not this build's business.
  void carry_out(const std::function<void()>& work, bool& failure_recorded);
  // The step ended well (phase recorded as done) or not. fail() never throws; false: it could not
  // be recorded. A Session that ends without either was cut off by an exception that nobody
  // recorded: it records a failure.
  void succeed();
  bool fail(int exit_code, const std::string& message);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace session
