#pragma once
// A state file in a folder of its own, with a clock that tests move.

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/operations/begin.hpp"
#include "state/operations/changes.hpp"
#include "state/operations/end.hpp"
#include "state/operations/transitions.hpp"
#include "state/state_file.hpp"

namespace state_test {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 24 * 60 * kMinuteMs;

class MovedClock final : public core::Clock {
 public:
  std::atomic<std::int64_t> now = 1'795'404'600'000;  // 2026-11-23T03:30:00Z
  std::atomic<std::int64_t> boottime = 5'000'000;
  std::string boot = "boot-1";

  std::int64_t now_ms() const override { return now; }
  std::int64_t boottime_ms() const override { return boottime; }
  std::string boot_id() const override { return boot; }
  void move(std::int64_t ms) {
    now += ms;
    boottime += ms;
  }
};

class Folder {
 public:
  Folder()
      : m_path(std::filesystem::temp_directory_path() / ("state-test-" + core::random_hex(6))) {
    std::filesystem::create_directories(m_path / "archives");
  }
  ~Folder() { std::filesystem::remove_all(m_path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  state::Place place() const {
    return {(m_path / "athena.sqlite").string(), "athena", (m_path / "archives").string(), "here"};
  }
  const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path;
};

inline state::BeginRequest backup_request(const std::string& build = "http://jenkins/b/1/") {
  state::BeginRequest request;
  request.description = "nightly";
  request.build_url = build;
  request.requested_by = "anna";
  request.tool_version = "0.1.0";
  return request;
}

inline state::BeginRequest restore_request(const std::string& backup_id,
                                           const std::string& build = "http://jenkins/r/1/") {
  state::BeginRequest request = backup_request(build);
  request.kind = state::Kind::kRestore;
  request.backup_id = backup_id;
  return request;
}

struct Fixture {
  Folder folder;
  MovedClock clock;
  state::StateFile file{folder.place(), state::OpenMode::kCreate, clock};
  state::LivenessRules rules;

  state::Claim begin(const state::BeginRequest& request) {
    const auto begun = state::begin_operation(file, request, rules);
    return {begun.operation.id, begun.operation.epoch};
  }

  // Runs one step that does `action`.
  template <typename Action>
  void step(const state::Claim& claim, const std::string& name, const Action& action,
            bool rollback = false) {
    clock.move(1000);
    state::begin_phase(file, claim.operation_id, name, rollback, "0.1.0");
    action();
    state::end_phase(file, claim, 0, "");
  }
  void step(const state::Claim& claim, const std::string& name) {
    step(claim, name, [] {});
  }

  void fail_step(const state::Claim& claim, const std::string& name, int exit_code) {
    state::begin_phase(file, claim.operation_id, name, false, "0.1.0");
    state::end_phase(file, claim, exit_code, "it broke");
  }

  std::string snapshot(const state::Claim& claim) {
    std::string id;
    step(claim, "maintenance on", [&] { state::own_maintenance(file, claim, false); });
    step(claim, "snapshot", [&] {
      state::ArchiveRecord record;
      record.backup_id = id = state::begin_archive(file, claim);
      record.manifest_sha256 = std::string(64, 'a');
      state::complete_archive(file, claim, record);
    });
    return id;
  }

  void verify(const state::Claim& claim, const std::string& id) {
    step(claim, "verify", [&] { state::record_verified(file, claim, id); });
  }

  state::Operation finish(const state::Claim& claim) {
    const auto own = state::find_own(file, claim.operation_id, "");
    return state::finish_operation(file, own.value(), "");
  }

  // A whole backup; returns its BackupId.
  std::string backup(const std::string& build = "http://jenkins/b/1/") {
    const auto claim = begin(backup_request(build));
    const auto id = snapshot(claim);
    step(claim, "maintenance off", [&] { state::release_maintenance(file, claim); });
    verify(claim, id);
    step(claim, "prune");
    finish(claim);
    clock.move(kMinuteMs);
    return id;
  }

  // A restore up to verified archives: ready for destroy. Returns its safety archive.
  std::string prepare_restore(const state::Claim& claim, const std::string& target) {
    verify(claim, target);
    step(claim, "stage");
    const auto safety = snapshot(claim);
    verify(claim, safety);
    return safety;
  }

  // Destroy and restore, with the target or, rolling back, the safety archive.
  void replace(const state::Claim& claim, const std::string& with, bool rollback) {
    using state::EnvironmentState;
    const auto become = [&](const char* name, EnvironmentState first, EnvironmentState last) {
      step(
          claim, name,
          [&] {
            state::set_state(file, claim, first, {"mysql"}, with);
            state::set_state(file, claim, last, {"mysql"}, with);
          },
          rollback);
    };
    become("destroy", EnvironmentState::kDestroying, EnvironmentState::kDestroyed);
    become("restore", EnvironmentState::kRestoring, EnvironmentState::kRestored);
  }
  void prove(const state::Claim& claim, bool rollback) {
    step(
        claim, "prove", [&] { state::record_proved(file, claim); }, rollback);
  }
};

// The exit code that `action` ends with; 0 when it does not throw.
template <typename Action>
int code_of(const Action& action) {
  try {
    action();
    return 0;
  } catch (const core::Error& error) {
    return static_cast<int>(error.code());
  }
}

// Its message.
template <typename Action>
std::string message_of(const Action& action) {
  try {
    action();
    return "";
  } catch (const core::Error& error) {
    return error.what();
  }
}

}  // namespace state_test
