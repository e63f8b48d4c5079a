#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "admin/view/headline.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"
#include "core/sha256.hpp"

namespace admin {

namespace {

struct Stage {
  const char* phase;
  const char* title;
  bool after_snapshot;  // the same phase also stands before the snapshot
};

constexpr std::array kBackupStages{
    Stage{"preflight", "Checking that everything is ready", false},
    Stage{"maintenance on", "Showing users the maintenance page", false},
    Stage{"snapshot", "Copying everything into the archive", false},
    Stage{"maintenance off", "Letting users back in", true},
    Stage{"verify", "Reading the archive again to be sure", true},
    Stage{"prune", "Removing archives that are no longer kept", true}};

constexpr std::array kRestoreStages{
    Stage{"preflight", "Checking that everything is ready", false},
    Stage{"verify", "Reading the chosen archive to be sure of it", false},
    Stage{"stage", "Loading the archive beside today's data while users work", false},
    Stage{"maintenance on", "Showing users the maintenance page", false},
    Stage{"snapshot", "Keeping today's state in a safety archive", false},
    Stage{"verify", "Reading the safety archive to be sure of it", true},
    Stage{"destroy", "Clearing what will be replaced", true},
    Stage{"restore", "Putting the archive back", true},
    Stage{"prove", "Comparing everything with the archive", true},
    Stage{"apply", "Starting the archived versions", true},
    Stage{"maintenance off", "Letting users back in", true}};

template <class Stages>
std::size_t current_of(const Stages& stages, const OperationView& operation) {
  const bool after = !operation.snapshot_archive.empty();
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (operation.phase.rfind(stages[i].phase, 0) == 0 &&
        (operation.phase != "verify" || stages[i].after_snapshot == after || stages.size() < 8))
      return i;
  return stages.size();
}

template <class Stages>
json::Value stage_rows(const Stages& stages, const OperationView& operation) {
  const auto current = current_of(stages, operation);
  json::Value rows = json::Value::array();
  for (std::size_t i = 0; i < stages.size() && current < stages.size(); ++i) {
    json::Value row;
    row.set("title", stages[i].title);
    row.set("done", i < current);
    row.set("current", i == current);
    row.set("waiting", i > current);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string title_of_stage(const OperationView& operation) {
  const auto title = [&](const auto& stages) -> std::string {
    const auto current = current_of(stages, operation);
    return current < stages.size() ? stages.at(current).title : operation.phase;
  };
  return operation.kind == "restore" ? title(kRestoreStages) : title(kBackupStages);
}

void set_card(json::Value& card, const std::string& headline, const std::string& text) {
  card.set("headline", headline);
  card.set("text", text);
}

// The same for everybody who looks, so that it runs once; another one when an earlier one has ended
// and the operation still gives no sign.
std::string clear_up_id(const Visit& visit, const OperationView& operation) {
  constexpr std::size_t kIdSize = 32;
  std::size_t ended = 0;
  for (const auto& request : visit.services.requests.of(visit.environment(), 100))
    ended += request.action == "clear-up" && !request.open() ? 1 : 0;
  return core::sha256_hex(
             fmt::format("clear up {} {} {}", operation.id, operation.heartbeat_ms, ended))
      .substr(0, kIdSize);
}

// Where users are while a restore runs.
std::string users_text(const OperationView& operation) {
  const auto current = current_of(kRestoreStages, operation);
  const bool inside =
      std::any_of(
          kRestoreStages.begin() +
              static_cast<std::ptrdiff_t>(std::min(current, kRestoreStages.size())),
          kRestoreStages.end(),
          [](const Stage& stage) { return std::string_view(stage.phase) == "maintenance on"; }) &&
      operation.phase.rfind("maintenance", 0) != 0 && !operation.rolling_back;
  return inside ? "Users still work: they see the maintenance page only once the archive has been "
                  "loaded beside today’s data."
                : "Users see the maintenance page until it has ended.";
}

void running_card(const Visit& visit, const OperationView& operation, json::Value& card) {
  const bool restore = operation.kind == "restore";
  set_card(card, restore ? "A restore is running" : "A backup is running",
           restore ? users_text(operation) + " You can close this page: it goes on by itself."
                   : "Users are kept out only while the copy is opened. You can close this page: "
                     "it goes on by itself.");
  card.set("running", operation_values(visit, operation));
}

void silent_card(const Visit& visit, const OperationView& operation, json::Value& card) {
  set_card(card, fmt::format("No sign of life from the {}", operation.kind),
           fmt::format("The last sign came {}, and none since. Its build may have died. What is "
                       "shown below is from then.",
                       ago_text(operation.heartbeat_ms, visit.now_ms)));
  card.set("running", operation_values(visit, operation));
  card.set("clear_up", clear_up_id(visit, operation));
}

void closed_card(const Visit& visit, const View& view, json::Value& card) {
  const bool two = !view.safety_archive.empty() && view.safety_archive != view.restoring_from;
  set_card(card, visit.environment() + " is closed",
           two ? "A restore began and did not end, so users stay out. The archive that was to come "
                 "back and the state before it are both kept. Choose one of the two ways out; each "
                 "is safe to start."
               : "A restore began and did not end, so users stay out. The archive that was to come "
                 "back is kept: finish the restore.");
  if (!visit.who.is_operator()) card.set("way_out", view.way_out);
  card.set("finish", archive_link(visit, view.restoring_from));
  if (two) card.set("back", archive_link(visit, view.safety_archive));
}

// "The newest verified backup was made 5 hours ago."
std::string newest_text(const Visit& visit, const View& view) {
  const auto* newest = view.newest_verified();
  return newest == nullptr ? "There is no verified backup."
                           : fmt::format("The newest verified backup was made {}.",
                                         ago_text(newest->created_ms, visit.now_ms));
}

void failed_card(const Visit& visit, const View& view, json::Value& card) {
  const auto& last = *view.last_operation;
  const bool backup = last.kind == "backup";
  set_card(card, fmt::format("The last {} {}", last.kind, outcome_text(last)),
           fmt::format("{} is live. {}{}", visit.environment(), newest_text(visit, view),
                       backup ? " If it failed because data is missing, bring it back from an "
                                "archive; else make a backup now."
                              : ""));
}

void live_card(const Visit& visit, const View& view, Headline headline, json::Value& card) {
  const auto damaged = facts_of(&view, true, visit.now_ms).damaged;
  switch (headline) {
    case Headline::kAllDamaged:
      return set_card(card, "Every archive is damaged",
                      "None of them can be restored. Make a backup now, and have an administrator "
                      "look at the disk of the archives.");
    case Headline::kNoGoodLeft:
    case Headline::kLastFailed:
      return failed_card(visit, view, card);
    case Headline::kMaintenance:
      return set_card(card, "Users see the maintenance page",
                      "No backup and no restore turned it on: somebody did so by hand. " +
                          newest_text(visit, view));
    case Headline::kNoArchive:
      return set_card(card, "There is no verified backup yet",
                      "Make one now, or ask why the nightly run did not.");
    case Headline::kLate:
      return set_card(card,
                      "The newest good backup was made " +
                          ago_text(view.newest_verified()->created_ms, visit.now_ms),
                      "The nightly run should have made one since. You can make one now.");
    case Headline::kSomeDamaged:
      return set_card(
          card,
          damaged == 1 ? "One archive is damaged" : count_text(damaged) + " archives are damaged",
          fmt::format("{} is live. {} What is damaged cannot be restored.", visit.environment(),
                      newest_text(visit, view)));
    case Headline::kOutOfDate:
      return set_card(card, "All was well when it was last seen",
                      fmt::format("That was {}. What has happened since cannot be read.",
                                  ago_text(view.published_ms, visit.now_ms)));
    default:
      return set_card(card, "All is well",
                      fmt::format("{} is live. {}", visit.environment(), newest_text(visit, view)));
  }
}

void add_last(const Visit& visit, const View& view, json::Value& card) {
  if (!view.last_operation || view.operation) return;
  const auto& last = *view.last_operation;
  json::Value values;
  values.set("title", last.kind);
  values.set("outcome", outcome_text(last));
  values.set("failed", last.outcome != "succeeded");
  values.set("finished", time_value(last.finished_ms, visit.now_ms));
  values.set("error", last.error);
  if (is_link(last.build_url)) values.set("build_url", last.build_url);
  card.set("last", std::move(values));
}

}  // namespace

std::string outcome_text(const OperationView& operation) {
  if (operation.ended_as == "rolled_back") return "failed, and the state before it was put back";
  if (operation.ended_as == "closed") return "did not end";
  if (operation.outcome == "succeeded") return "went well";
  if (operation.outcome == "running") return "is running";
  if (operation.outcome == "aborted") return "was stopped by somebody";
  if (operation.outcome == "interrupted") return "was interrupted";
  if (operation.outcome == "abandoned") return "was given up";
  return operation.outcome;
}

json::Value operation_values(const Visit& visit, const OperationView& operation) {
  json::Value values;
  values.set("kind", operation.kind);
  values.set("stage",
             operation.rolling_back ? "Going back to the state before" : title_of_stage(operation));
  values.set("stages", operation.kind == "restore" ? stage_rows(kRestoreStages, operation)
                                                   : stage_rows(kBackupStages, operation));
  values.set("percent", operation.percent ? json::Value(*operation.percent) : json::Value());
  values.set("progress", operation.progress);
  const bool silent = is_silent(operation, visit.now_ms);
  if (operation.seconds_left && !silent) values.set("left", span_text(*operation.seconds_left));
  if (is_link(operation.build_url)) values.set("build_url", operation.build_url);
  const auto asked = asked_of(visit, operation.description, operation.requested_by);
  values.set("requested_by", asked.person);
  values.set("description", asked.words);
  values.set("started", time_value(operation.started_ms, visit.now_ms));
  values.set("target", archive_link(visit, operation.target_archive));
  values.set("snapshot", archive_link(visit, operation.snapshot_archive));
  values.set("snapshot_word", operation.kind == "restore" ? "Safety archive" : "New archive");
  if (silent) values.set("silent", time_value(operation.heartbeat_ms, visit.now_ms));
  return values;
}

json::Value status_values(const Visit& visit) {
  json::Value card;
  const View* view = visit.view();
  const auto headline = headline_of(facts_of(view, visit.seen.problem.empty(), visit.now_ms));
  card.set("tone", to_text(tone_of(headline)));
  if (view == nullptr) {
    set_card(card, "Nothing is known about " + visit.environment() + " yet",
             "The backup steps publish what they know whenever they run. " + visit.seen.problem);
    card.set("key", "unknown");
    return card;
  }
  if (headline == Headline::kNoSign)
    silent_card(visit, *view->operation, card);
  else if (headline == Headline::kRunning)
    running_card(visit, *view->operation, card);
  else if (headline == Headline::kClosed)
    closed_card(visit, *view, card);
  else
    live_card(visit, *view, headline, card);
  add_last(visit, *view, card);
  // when this changes, the whole page is out of date
  card.set("key", fmt::format("{}-{}-{}", view->state, view->operation ? view->operation->id : "",
                              view->last_operation ? view->last_operation->id : ""));
  return card;
}

}  // namespace admin
