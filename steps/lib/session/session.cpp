#include "session/session.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include "archive/sidecar.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "session/heartbeat.hpp"
#include "session/ports.hpp"
#include "session/progress.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/operations/guard.hpp"
#include "state/operations/liveness.hpp"
#include "state/operations/rows.hpp"
#include "state/operations/transitions.hpp"

namespace session {

namespace {

const core::Clock& clock_of(const Where& where) {
  return where.clock != nullptr ? *where.clock : core::system_clock();
}

// A step that was told to stop may take some seconds: the next one waits for it.
state::StepLock acquire_step_lock(const std::string& path, const Where& where,
                                  const std::string& step, const core::CancelToken& cancel) {
  constexpr int kPauseMs = 50;
  for (int waited = 0;; waited += kPauseMs) {
    if (auto lock = state::StepLock::try_acquire(path)) {
      lock->describe(fmt::format("{}, pid {}", step, ::getpid()));
      return std::move(*lock);
    }
    if (waited >= where.step_wait_ms) break;
    cancel.sleep_ms(kPauseMs);
  }
  throw core::Error(core::ExitCode::kBusy,
                    fmt::format("another step of environment '{}' is at work ({})",
                                where.environment, state::step_holder(path)),
                    "wait until it has ended, or abort its build");
}

}  // namespace

struct Session::Impl {
  Impl(const Where& where, const std::string& operation_id, const std::string& step_name,
       bool acts_with_safety, core::CancelToken& cancel_token)
      : file({where.state_file, where.environment, "", ""}, state::OpenMode::kExisting,
             clock_of(where)),
        lock(acquire_step_lock(file.step_lock_path(), where, step_name, cancel_token)),
        rollback(acts_with_safety),
        claim(claim_of(state::begin_phase(file, operation_id, step_name, rollback, TOOL_VERSION))),
        memory(where.memory_bytes),
        journal(file, claim),
        lease(file, claim),
        moves(file, state::while_claimed(claim)),
        context{progress, cancel_token, memory, journal, lease, moves},
        archive_folder(where.archive_folder),
        tell(where.tell),
        heartbeat(std::make_unique<Heartbeat>(
            file, claim, progress, cancel_token,
            Heartbeat::Limits{where.heartbeat_ms, where.max_maintenance_ms}, tell)) {}

  static state::Claim claim_of(const state::Operation& operation) {
    return {operation.id, operation.epoch};
  }

  state::Operation operation() const {
    std::optional<state::Operation> found;
    file.read([&](SQLite::Database& db) { found = state::load_operation(db, claim.operation_id); });
    return std::move(found.value());
  }

  void copy_pins(const state::Pins& pins) const {
    for (const auto& [id, reason] : pins) archive::copy_pin(archive_folder, id, reason);
  }

  void end(int exit_code, const std::string& message) {
    ended = true;
    heartbeat.reset();
    state::end_phase(file, claim, exit_code, message);
    if (exit_code != 0 && rollback)
      copy_pins(
          state::pin_both(file, claim, fmt::format("roll-back failed in {}", claim.operation_id)));
    if (tell) tell(true);
  }

  state::StateFile file;
  state::StepLock lock;
  bool rollback;
  state::Claim claim;
  core::MemoryBudget memory;
  Progress progress;
  Journal journal;
  Lease lease;
  Moves moves;
  core::Context context;
  std::string archive_folder;
  std::function<void(bool)> tell;
  std::unique_ptr<Heartbeat> heartbeat;
  bool ended = false;
};

Session::Session(const Where& where, const std::string& operation_id, const std::string& step,
                 bool rollback, core::CancelToken& cancel)
    : m_impl(std::make_unique<Impl>(where, operation_id, step, rollback, cancel)) {}

Session::~Session() {
  if (!m_impl->ended) fail(static_cast<int>(core::ExitCode::kInternal), "ended without saying how");
}

core::Context& Session::context() {
  return m_impl->context;
}

state::StateFile& Session::file() {
  return m_impl->file;
}

state::Operation Session::operation() const {
  return m_impl->operation();
}

state::EnvironmentRow Session::environment() const {
  state::EnvironmentRow row;
  m_impl->file.read([&](SQLite::Database& db) { row = state::load_environment(db); });
  return row;
}

state::ArchiveRecord Session::target() const {
  return archive(state::acting_archive(m_impl->rollback, operation()));
}

state::ArchiveRecord Session::archive(const std::string& backup_id) const {
  return state::get_archive(m_impl->file, backup_id);
}

std::optional<state::ArchiveRecord> Session::safety() const {
  const auto current = operation();
  if (current.no_safety || current.snapshot_archive.empty()) return std::nullopt;
  return archive(current.snapshot_archive);
}

std::string Session::begin_archive() {
  return state::begin_archive(m_impl->file, m_impl->claim);
}

std::optional<std::string> Session::reusable_safety() {
  const auto current = operation();
  if (!current.safety_inherited) return std::nullopt;
  return current.snapshot_archive;
}

std::string Session::may_go_without_safety() const {
  const auto current = operation();
  if (current.no_safety) return "the restore that closed this environment had none";
  return current.fresh_server;
}

void Session::record_no_safety(const std::string& why) {
  m_impl->copy_pins(state::record_no_safety(m_impl->file, m_impl->claim, why));
}

void Session::complete_archive(const state::ArchiveRecord& record) {
  state::complete_archive(m_impl->file, m_impl->claim, record);
}

void Session::fail_archive(const std::string& backup_id, const std::string& error) {
  state::fail_archive(m_impl->file, m_impl->claim, backup_id, error);
}

void Session::record_verified(const std::string& backup_id) {
  state::record_verified(m_impl->file, m_impl->claim, backup_id);
}

void Session::record_damage(const std::string& backup_id, const std::string& damage) {
  state::record_damage(m_impl->file, m_impl->claim, backup_id, damage);
}

bool Session::record_pruned(const std::string& backup_id) {
  return state::record_pruned(m_impl->file, m_impl->claim, backup_id);
}

void Session::set_state(state::EnvironmentState state, const std::vector<std::string>& resources) {
  state::set_state(m_impl->file, m_impl->claim, state, resources,
                   state::acting_archive(m_impl->rollback, operation()));
}

void Session::record_moved_back(const std::string& resource, state::EnvironmentState becomes) {
  state::record_moved_back(m_impl->file, m_impl->claim, resource, becomes);
}

void Session::record_proved() {
  state::record_proved(m_impl->file, m_impl->claim);
}

void Session::own_maintenance(bool was_on) {
  state::own_maintenance(m_impl->file, m_impl->claim, was_on);
}

void Session::check_release() const {
  state::check_allowed("maintenance release", m_impl->rollback, operation(), environment());
}

void Session::release_maintenance() {
  state::release_maintenance(m_impl->file, m_impl->claim);
}

void Session::succeed() {
  m_impl->end(0, "");
}

bool Session::fail(int exit_code, const std::string& message) {
  try {
    m_impl->end(exit_code, message);
    return true;
  } catch (const std::exception& error) {
    core::log_warning(fmt::format("the failure was not recorded: {}", error.what()));
    return false;
  }
}

void Session::carry_out(const std::function<void()>& work, bool& failure_recorded) {
  try {
    work();
  } catch (const core::Cancelled& cancelled) {
    failure_recorded = fail(128 + cancelled.signal(), cancelled.what());
    throw;
  } catch (const core::Error& error) {
    failure_recorded = fail(static_cast<int>(error.code()), error.what());
    throw;
  } catch (const std::exception& error) {
    failure_recorded = fail(static_cast<int>(core::ExitCode::kInternal), error.what());
    throw;
  }
  succeed();
}

}  // namespace session
