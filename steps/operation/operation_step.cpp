#include "operation/operation_step.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "environment/environment.hpp"
#include "lifecycle/beside.hpp"
#include "lifecycle/holder.hpp"
#include "lifecycle/lifecycle.hpp"
#include "operation/request.hpp"
#include "operation/status_json.hpp"
#include "publish/publisher.hpp"
#include "state/operations/status.hpp"

namespace operation {

namespace {

environment::Environment load(const cli::Options& options) {
  return environment::load(
      environment::locate(options.get("environment-file"), options.get("environment")));
}

// A name that nobody configured would silently allow nothing.
void refuse_unknown(const environment::Environment& environment,
                    const state::BeginRequest& request) {
  for (const auto& [name, reason] : request.allow_missing) {
    const auto known = [&, wanted = name](const auto& resource) {
      return resource.first == wanted;
    };
    if (std::none_of(environment.resources.begin(), environment.resources.end(), known))
      throw core::Error(
          core::ExitCode::kUsage,
          fmt::format("AllowMissing names '{}', which is not configured", name),
          "write the exact name, as in environment.json, then a colon and the reason");
  }
}

void begin(cli::Call& call, const lifecycle::Scene& scene) {
  const auto request = request_from(call.options);
  refuse_unknown(scene.environment, request);
  const auto begun = lifecycle::begin(scene, request);
  call.result.set("operation_id", begun.operation.id);
  call.result.set("backup_id", begun.backup_id);
  if (begun.already_done) {
    call.result.set("outcome", "already_done");
    core::log_info(fmt::format("RequestId '{}' was carried out before, by {}: BackupId {}",
                               request.request_id, begun.operation.build_url, begun.backup_id));
    return;
  }
  core::log_info(fmt::format("{} of environment '{}' begins: operation {}",
                             state::to_text(begun.operation.kind), scene.environment.name,
                             begun.operation.id));
  if (!begun.operation.replay_of.empty())
    core::log_info(fmt::format("this build repeats another one: {}", begun.operation.replay_of));
  if (begun.environment.closed())
    core::log_warning(fmt::format("environment is {} by an interrupted restore of {}",
                                  state::to_text(begun.environment.state),
                                  begun.environment.restoring_from));
}

void finish(cli::Call& call, const lifecycle::Scene& scene) {
  const auto finished =
      lifecycle::finish(scene, call.options.get("operation"), call.options.get("build-url"));
  if (!finished.operation) {
    core::log_info("this build has no operation under way: nothing to finish");
    return;
  }
  const auto& operation = *finished.operation;
  call.result.set("operation_id", operation.id);
  call.result.set("operation_outcome", state::to_text(operation.outcome));
  call.result.set("operation_error", operation.error);
  call.result.set("environment_state", state::to_text(finished.environment.state));
  call.result.set("ended_as", operation.ended_as);
  core::log_info(fmt::format("{} {}{}", state::to_text(operation.kind),
                             state::to_text(operation.outcome), state::describe_end(operation)));
  const auto way = state::way_out(finished.environment);
  call.result.set("way_out", way);
  lifecycle::sweep_beside(scene);
  if (!way.empty())
    core::log(core::LogLevel::kError, fmt::format("environment is {}: {}",
                                                  state::to_text(finished.environment.state), way));
}

void status(cli::Call& call, const lifecycle::Scene& scene) {
  const state::StateFile file(lifecycle::place_of(scene.environment), state::OpenMode::kExisting);
  const auto found = state::read_status(file);
  call.result.set("status", to_json(found));
  const std::string text = call.options.flag("json") ? json::dump_pretty(to_json(found))
                                                     : state::describe(found, file.clock()) + "\n";
  std::fputs(text.c_str(), stdout);
}

void reconcile(cli::Call& call, const lifecycle::Scene& scene) {
  const auto done = lifecycle::reconcile(scene, call.options.flag("adopt-host"));
  call.result.set("interrupted", done.interrupted ? done.interrupted->id : "");
  call.result.set("maintenance_returned", done.maintenance_returned);
  if (!done.interrupted && !done.maintenance_returned && done.removed.empty())
    core::log_info("nothing to clear up");
  lifecycle::sweep_beside(scene);
}

void abandon(cli::Call& call, const lifecycle::Scene& scene) {
  const auto ended =
      lifecycle::abandon(scene, call.options.require("reason"), call.options.get("requested-by"));
  call.result.set("operation_id", ended.id);
  core::log_warning(fmt::format("operation {} is abandoned: {}", ended.id, ended.error));
}

void declare_live(cli::Call& call, const lifecycle::Scene& scene) {
  const auto before = lifecycle::declare_live(scene, call.options.require("reason"),
                                              call.options.get("requested-by"));
  core::log_warning(fmt::format("environment '{}' is declared live as it stands; it was {}",
                                before.name, state::to_text(before.state)));
}

void run(cli::Call& call) {
  const auto environment = load(call.options);
  call.result.set("environment", environment.name);
  const lifecycle::Scene scene{environment, call.cancel, core::system_clock(),
                               lifecycle::ask_jenkins(environment, call.cancel)};
  static const std::map<std::string, std::function<void(cli::Call&, const lifecycle::Scene&)>>
      verbs{{"begin", begin},         {"finish", finish},   {"status", status},
            {"reconcile", reconcile}, {"abandon", abandon}, {"declare-live", declare_live}};
  std::optional<publish::AfterChange> afterwards;
  if (call.options.verb() != "status")
    afterwards.emplace(environment, call.options.verb() == "begin");
  verbs.at(call.options.verb())(call, scene);
}

std::vector<cli::Option> options() {
  return {
      {"kind", "", "begin: backup or restore", false, ""},
      {"description", "Description", "begin: why, for people", false, ""},
      {"backup-id", "BackupId", "begin: the archive to restore", false, ""},
      {"request-id", "RequestId", "begin: the same id does its work once", false, ""},
      {"requested-by", "REQUESTED_BY", "who asked for it", false, ""},
      {"build-url", "BUILD_URL", "the build that holds the operation", false, ""},
      {"build-cause", "BUILD_CAUSE", "begin: JSON of the build's causes (replay, rebuild)", false,
       ""},
      {"scheduled-at", "BUILD_SCHEDULED_AT", "begin: when the build was asked for", false, ""},
      {"allow-missing", "AllowMissing",
       "begin: resources that may be absent: `name: reason; name: reason`", false, ""},
      {"skip-resources", "SkipResources",
       "begin: resources to leave alone: `name: reason; name: reason`", false, ""},
      {"fresh-server", "FreshServer",
       "begin: the reason for a restore onto an empty server, without a safety archive", false, ""},
      {"accept-no-safety", "AcceptNoSafety",
       "begin: the reason to go on although the safety archive of a closed environment is damaged",
       false, ""},
      {"rollback-on-failure", "RollbackOnFailure", "begin: true or false", false, "true"},
      {"reason", "", "abandon, declare-live: why", false, ""},
      {"adopt-host", "", "reconcile: the environment lives on this machine from now on", true, ""},
      {"json", "", "status: as JSON", true, ""},
  };
}

}  // namespace

cli::Step step() {
  return {"operation",
          "begins, ends and describes operations: one backup or restore at a time.",
          {"begin", "finish", "status", "reconcile", "abandon", "declare-live"},
          options(),
          run};
}

}  // namespace operation
