#include "prove/prove_step.hpp"

#include <fmt/format.h>

#include "acting/report.hpp"
#include "acting/target.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/run_works.hpp"

namespace prove {

namespace {

constexpr std::size_t kShown = 20;

using Differences = std::map<std::string, std::vector<resources::Difference>>;

Differences compare(acting::Frame& frame, const acting::Target& target) {
  resources::Works works;
  for (const auto& name : target.selection.act_on)
    works[name] = frame.resource(name).prove(target.archive, frame.context());
  Differences differences;
  for (const auto& [name, finished] : resources::run_works(works, frame.workers(), frame.context()))
    if (auto found = resources::differences_from(finished); !found.empty())
      differences[name] = std::move(found);
  return differences;
}

void show(const std::string& name, const std::vector<resources::Difference>& differences) {
  for (std::size_t i = 0; i < differences.size() && i < kShown; ++i)
    core::log(core::LogLevel::kError,
              fmt::format("{}: {} differs: the archive has {}, live is {}", name,
                          differences[i].object, differences[i].expected, differences[i].found));
  if (differences.size() > kShown)
    core::log(core::LogLevel::kError,
              fmt::format("{}: and {} more differences", name, differences.size() - kShown));
}

std::string described(const std::vector<resources::Difference>& differences) {
  std::string text;
  for (const auto& difference : differences)
    text += fmt::format("{}: the archive has {}, live is {}\n", difference.object,
                        difference.expected, difference.found);
  return text;
}

void report(const acting::Frame& frame, const acting::Target& target,
            const Differences& differences) {
  std::vector<acting::ReportCase> cases;
  for (const auto& name : target.selection.act_on) {
    const auto found = differences.find(name);
    cases.push_back({fmt::format("the live {} equals the archive", name),
                     found == differences.end() ? "" : described(found->second)});
  }
  acting::write_junit(frame.options(), "prove", target.archive.manifest().backup_id, cases);
}

// What was moved in is not what was proved: it is staged anew.
void forget_staged(acting::Frame& frame, const std::string& name) {
  auto beside = frame.context().moves.beside(name);
  beside.staged_archive.clear();
  beside.staged_proved = false;
  frame.context().moves.set_beside(name, beside);
}

// What differs is destroyed and restored again by the next run of the same target.
[[noreturn]] void refuse(acting::Frame& frame, const Differences& differences) {
  std::vector<std::string> names;
  json::Value report = json::Value::object();
  for (const auto& [name, list] : differences) {
    show(name, list);
    names.push_back(name);
    report.set(name, resources::to_json(list));
    frame.context().journal.clear(name);
    forget_staged(frame, name);
  }
  frame.result().set("differences", std::move(report));
  frame.session().set_state(state::EnvironmentState::kDestroying, names);
  const auto& first = differences.begin()->second.front();
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("the live {} does not equal the archive: {}: expected {}, found {}",
                                fmt::join(names, ", "), first.object, first.expected, first.found),
                    "run the restore of the same archive again, or restore the safety archive");
}

void clean_up(acting::Frame& frame, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    try {
      frame.resource(name).clean_up(frame.context());
    } catch (const core::Error& error) {
      core::log_warning(
          fmt::format("{}: could not remove what the restore left over: {}", name, error.what()));
    }
  }
}

void run(acting::Frame& frame) {
  const auto target = acting::open_target(frame);
  const auto differences = compare(frame, target);
  report(frame, target, differences);
  if (!differences.empty()) refuse(frame, differences);
  frame.session().record_proved();
  clean_up(frame, target.selection.act_on);
  core::log_info(fmt::format("proved: {} of the live environment equal the archive {}",
                             fmt::join(target.selection.act_on, ", "),
                             target.archive.manifest().backup_id));
}

}  // namespace

cli::Step step() {
  return {"prove",
          "compares the live environment with the target's manifest; success makes it live.",
          {},
          {acting::rollback_option(), acting::report_option()},
          [](cli::Call& call) { acting::run(call, "prove", run); }};
}

}  // namespace prove
