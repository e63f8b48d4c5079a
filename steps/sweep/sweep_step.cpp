#include "sweep/sweep_step.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "acting/drop_beside.hpp"
#include "acting/frame.hpp"
#include "acting/sweep_lock.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "lifecycle/lifecycle.hpp"
#include "session/idle.hpp"
#include "state/operations/rows.hpp"

namespace sweep {

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kStagedIsKeptMs = 24 * kHourMs;

// What is due, of one resource.
struct Due {
  bool staged = false;
  bool aside = false;
};

class Sweep {
 public:
  Sweep(cli::Call& call, const environment::Environment& environment)
      : m_call(call),
        m_environment(environment),
        m_file(lifecycle::place_of(environment), state::OpenMode::kExisting),
        m_idle(m_file, call.cancel, environment.memory_bytes) {}

  void run() {
    std::vector<state::BesideRow> rows;
    bool closed = false;
    m_file.read([&](SQLite::Database& db) {
      state::while_no_restore_runs()(db);
      rows = state::load_all_beside(db);
      closed = state::load_environment(db).closed();
    });
    if (rows.empty()) return core::log_info("nothing stands beside the live data");
    if (closed) return core::log_warning("the environment is closed: what is beside it is kept");
    m_resources = acting::make_resources(m_environment, false);
    for (const auto& row : rows) sweep_one(row);
    if (m_failure) throw core::Error(*m_failure);
  }

 private:
  Due due(const state::BesideRow& row) const {
    const std::int64_t now = m_file.clock().now_ms();
    const bool all = m_call.options.flag("drop-aside");
    const std::int64_t keep = m_environment.restore.keep_aside_hours * kHourMs;
    Due due;
    due.staged = !row.beside.staged_archive.empty() && now - row.staged_ms >= kStagedIsKeptMs;
    due.aside = !row.beside.aside_archive.empty() &&
                (all || row.beside.aside_archive == core::kBeingRemoved ||
                 (row.beside.aside_droppable && now - row.aside_ms >= keep));
    return due;
  }

  // The others are still removed where one resource fails.
  void sweep_one(const state::BesideRow& row) {
    const auto found = m_resources.find(row.resource);
    if (found == m_resources.end())
      return core::log_warning(fmt::format(
          "{} is not configured any more: what stands beside it is left there", row.resource));
    try {
      drop(row, *found->second, due(row));
    } catch (const core::Error& error) {
      core::log(core::LogLevel::kError, fmt::format("{}: {}", row.resource, error.what()));
      if (!m_failure) m_failure = error;
    }
  }

  void drop(const state::BesideRow& row, resources::Resource& resource, const Due& what) {
    auto& context = m_idle.context();
    const auto& beside = row.beside;
    if (what.staged) {
      core::log_info(
          fmt::format("{}: removing what is staged of {}", row.resource, beside.staged_archive));
      if (m_call.options.flag("dry-run")) return;
      acting::drop_staged(resource, context);
    }
    if (what.aside) {
      core::log_info(fmt::format("{}: removing what the restore replaced (saved in {})",
                                 row.resource, beside.aside_archive));
      if (m_call.options.flag("dry-run")) return;
      acting::drop_aside(resource, context);
    }
  }

  cli::Call& m_call;
  const environment::Environment& m_environment;
  state::StateFile m_file;
  session::Idle m_idle;
  acting::ResourceMap m_resources;
  std::optional<core::Error> m_failure;
};

void give_up_aside(const cli::Call& call, const environment::Environment& environment) {
  state::StateFile file(lifecycle::place_of(environment), state::OpenMode::kExisting);
  const auto reason = call.options.require("reason");
  file.write([&](SQLite::Database& db) {
    state::add_audit(db, file.clock().now_ms(), "", call.options.get("requested-by"),
                     "gave up what the last restore replaced: " + reason);
  });
}

void run(cli::Call& call) {
  const auto environment = acting::load_environment(call.options);
  if (!std::filesystem::exists(environment.state_file())) return;
  const acting::SweepLock lock(environment, call.cancel);
  if (call.options.flag("drop-aside") && !call.options.flag("dry-run"))
    give_up_aside(call, environment);
  Sweep(call, environment).run();
}

}  // namespace

cli::Step step() {
  return {
      "sweep",
      "removes what restores left beside the live data; never touches live data.",
      {},
      {{"dry-run", "", "only say what would be removed", true, ""},
       {"drop-aside", "",
        "also remove replaced data of a restore that did not end well; needs --reason", true, ""},
       {"reason", "", "with --drop-aside: why", false, ""},
       {"requested-by", "REQUESTED_BY", "who asked for it", false, ""}},
      run};
}

}  // namespace sweep
