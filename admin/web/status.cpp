#include <array>

#include <fmt/format.h>

#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"

namespace admin {

namespace {

// A nightly backup and two hours: older than that, somebody should know.
constexpr std::int64_t kFreshMs = std::int64_t{26} * 3600 * 1000;
constexpr std::int64_t kSilenceMs = 120'000;

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

void set_card(json::Value& card, const char* tone, const std::string& headline,
              const std::string& text) {
  card.set("tone", tone);
  card.set("headline", headline);
  card.set("text", text);
}

void running_card(const Visit& visit, const OperationView& operation, json::Value& card) {
  const bool restore = operation.kind == "restore";
  set_card(card, "busy", restore ? "A restore is running" : "A backup is running",
           restore
               ? "Users see the maintenance page until it has ended. You can close this page: "
                 "it goes on by itself."
               : "Users are kept out only while the copy is opened. You can close this page: it "
                 "goes on by itself.");
  card.set("running", operation_values(visit, operation));
}

void closed_card(const Visit& visit, const View& view, json::Value& card) {
  const bool two = !view.safety_archive.empty() && view.safety_archive != view.restoring_from;
  set_card(card, "bad", visit.environment() + " is closed",
           two ? "A restore began and did not end, so users stay out. The archive that was to come "
                 "back and the state before it are both kept. Choose one of the two ways out; each "
                 "is safe to start."
               : "A restore began and did not end, so users stay out. The archive that was to come "
                 "back is kept: finish the restore.");
  if (!visit.who.is_operator()) card.set("way_out", view.way_out);
  card.set("finish", archive_link(visit, view.restoring_from));
  if (two) card.set("back", archive_link(visit, view.safety_archive));
}

void live_card(const Visit& visit, const View& view, json::Value& card) {
  const auto* newest = view.newest_verified();
  if (view.maintenance == "on")
    return set_card(card, "attention", "Users see the maintenance page",
                    "No backup and no restore turned it on: somebody did so by hand.");
  if (newest == nullptr)
    return set_card(card, "attention", "There is no verified backup yet",
                    "Make one now, or ask why the nightly run did not.");
  const std::string when = ago_text(newest->created_ms, visit.now_ms);
  if (visit.now_ms - newest->created_ms > kFreshMs)
    return set_card(card, "attention", "The newest good backup was made " + when,
                    "The nightly run should have made one since. You can make one now.");
  set_card(card, "good", "All is well",
           fmt::format("{} is live. The newest verified backup was made {}.", visit.environment(),
                       when));
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
  if (operation.seconds_left) values.set("left", span_text(*operation.seconds_left));
  if (is_link(operation.build_url)) values.set("build_url", operation.build_url);
  const auto asked = asked_of(visit, operation.description, operation.requested_by);
  values.set("requested_by", asked.person);
  values.set("description", asked.words);
  values.set("started", time_value(operation.started_ms, visit.now_ms));
  values.set("target", archive_link(visit, operation.target_archive));
  values.set("snapshot", archive_link(visit, operation.snapshot_archive));
  values.set("snapshot_word", operation.kind == "restore" ? "Safety archive" : "New archive");
  if (operation.heartbeat_ms != 0 && visit.now_ms - operation.heartbeat_ms > kSilenceMs)
    values.set("silent", ago_text(operation.heartbeat_ms, visit.now_ms));
  return values;
}

json::Value status_values(const Visit& visit) {
  json::Value card;
  const View* view = visit.view();
  if (view == nullptr) {
    set_card(card, "unknown", "Nothing is known about " + visit.environment() + " yet",
             "The backup steps publish what they know whenever they run. " + visit.seen.problem);
    card.set("key", "unknown");
    return card;
  }
  if (view->operation)
    running_card(visit, *view->operation, card);
  else if (view->closed())
    closed_card(visit, *view, card);
  else
    live_card(visit, *view, card);
  add_last(visit, *view, card);
  // when this changes, the whole page is out of date
  card.set("key", fmt::format("{}-{}-{}", view->state, view->operation ? view->operation->id : "",
                              view->last_operation ? view->last_operation->id : ""));
  return card;
}

}  // namespace admin
