#include "stage/stage_step.hpp"

#include <chrono>

#include <fmt/format.h>

#include "acting/drop_beside.hpp"
#include "acting/road.hpp"
#include "acting/sweep_lock.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "resources/run_works.hpp"
#include "stage/earlier.hpp"

namespace stage {

namespace {

using acting::Frame;
using acting::Target;
using Names = std::vector<std::string>;

constexpr std::size_t kShown = 20;

void refuse_in_place(const std::string& name, const std::string& part, const std::string& reason) {
  throw core::Error(
      core::ExitCode::kPrecondition,
      fmt::format("{}: {} cannot be loaded beside the live data: {}", name, part, reason),
      "restore.staging is \"required\" in environment.json: set it to \"auto\" to "
      "let such parts be changed in place");
}

// True when some of it is to be staged. Says what goes in place, and why.
bool is_staged(Frame& frame, const Target& target, const std::string& name, json::Value& report) {
  const auto plan = frame.resource(name).plan_staging(target.archive, frame.context());
  const bool required = frame.environment().restore.staging == environment::Staging::kRequired;
  json::Value in_place = json::Value::array();
  for (const auto& [part, reason] : plan.in_place) {
    if (required) refuse_in_place(name, part, reason);
    core::log_warning(fmt::format("{}: {} goes in place: {}", name, part, reason));
    json::Value entry = json::Value::object();
    entry.set("part", part);
    entry.set("reason", reason);
    in_place.push_back(std::move(entry));
  }
  if (plan.staged_parts == 0 && required && plan.in_place.empty())
    refuse_in_place(name, "all of it", "this resource has no place beside its live data");
  json::Value entry = json::Value::object();
  entry.set("staged_parts", plan.staged_parts);
  entry.set("in_place", std::move(in_place));
  entry.set("outage_seconds", plan.outage_seconds);
  report.set(name, std::move(entry));
  return plan.staged_parts > 0;
}

Names choose(Frame& frame, const Target& target) {
  json::Value report = json::Value::object();
  Names chosen;
  for (const auto& name : target.selection.act_on)
    if (make_way(frame, target, name) && is_staged(frame, target, name, report))
      chosen.push_back(name);
  frame.result().set("plan", std::move(report));
  return chosen;
}

void set_beside(Frame& frame, const Target& target, const std::string& name, bool proved) {
  auto beside = frame.context().moves.beside(name);
  beside.staged_archive = target.archive.manifest().backup_id;
  beside.staged_proved = proved;
  frame.context().moves.set_beside(name, beside);
}

void load(Frame& frame, const Target& target, const Names& names) {
  resources::Works works;
  for (const auto& name : names) {
    set_beside(frame, target, name, false);
    if (auto work = frame.resource(name).stage(target.archive, frame.context()))
      works[name] = std::move(work);
  }
  json::Value report = json::Value::object();
  for (auto& [name, finished] : resources::run_works(works, frame.workers(), frame.context()))
    report.set(name, std::move(finished));
  frame.result().set("staged", std::move(report));
}

void show(const std::string& name, const std::vector<resources::Difference>& differences) {
  for (std::size_t i = 0; i < differences.size() && i < kShown; ++i)
    core::log(core::LogLevel::kError,
              fmt::format("{}: {} differs: the archive has {}, what was staged of it is {}", name,
                          differences[i].object, differences[i].expected, differences[i].found));
}

void prove(Frame& frame, const Target& target, const Names& names) {
  resources::Works works;
  for (const auto& name : names)
    if (auto work = frame.resource(name).prove_staged(target.archive, frame.context()))
      works[name] = std::move(work);
  json::Value report = json::Value::object();
  std::string first;
  for (const auto& [name, finished] :
       resources::run_works(works, frame.workers(), frame.context())) {
    const auto found = resources::differences_from(finished);
    if (found.empty()) continue;
    show(name, found);
    report.set(name, resources::to_json(found));
    if (first.empty())
      first = fmt::format("{}: {}: expected {}, found {}", name, found.front().object,
                          found.front().expected, found.front().found);
  }
  frame.result().set("differences", std::move(report));
  if (!first.empty())
    throw core::Error(core::ExitCode::kIntegrity,
                      "what this server makes of the archive does not equal it: " + first,
                      "nothing live was touched, users were not locked out; restore to a server "
                      "of the archive's version, or restore another archive");
  for (const auto& name : names) set_beside(frame, target, name, true);
}

// What a server refused once it refuses again: nothing is kept for a resume.
bool is_kept_for_a_resume(core::ExitCode code) {
  return code == core::ExitCode::kUnreachable || code == core::ExitCode::kStorage ||
         code == core::ExitCode::kBusy;
}

void remove_staged(Frame& frame, const Names& names) {
  for (const auto& name : names) {
    try {
      acting::drop_staged(frame.resource(name), frame.context());
      frame.context().journal.clear(name);
    } catch (const core::Error& error) {
      core::log_warning(
          fmt::format("{}: could not remove what was staged: {}", name, error.what()));
    }
  }
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void stage_all(Frame& frame, const Target& target, const Names& names) {
  const auto begun = std::chrono::steady_clock::now();
  try {
    load(frame, target, names);
    frame.result().set("load_seconds", seconds_since(begun));
    const auto loaded = std::chrono::steady_clock::now();
    prove(frame, target, names);
    frame.result().set("prove_seconds", seconds_since(loaded));
  } catch (const core::Error& error) {
    if (!is_kept_for_a_resume(error.code())) remove_staged(frame, names);
    throw;
  }
}

void run(Frame& frame) {
  const acting::SweepLock lock(frame.environment(), frame.cancel());
  const auto target = acting::open_target(frame);
  if (frame.environment().restore.staging == environment::Staging::kOff) {
    core::log_warning("restore.staging is off: live data is destroyed before it is replaced");
    return;
  }
  const auto names = choose(frame, target);
  stage_all(frame, target, names);
  if (names.empty())
    core::log_info("nothing is staged: this restore goes on, goes back, or goes in place");
  else
    core::log_info(
        fmt::format("staged and proved beside the live data: {}", fmt::join(names, ", ")));
}

}  // namespace

cli::Step step() {
  return {
      "stage",
      "loads the target archive beside the live data and proves it there; touches nothing live.",
      {},
      {},
      [](cli::Call& call) { acting::run(call, "stage", run); }};
}

}  // namespace stage
