#include "catalogue/catalogue_step.hpp"

#include <cstdio>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "archive/sidecar.hpp"
#include "catalogue/freshness.hpp"
#include "catalogue/rebuild.hpp"
#include "catalogue/show.hpp"
#include "catalogue/table.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "environment/environment.hpp"
#include "lifecycle/archive_folder.hpp"
#include "lifecycle/lifecycle.hpp"
#include "publish/publisher.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/catalogue/upkeep.hpp"

namespace catalogue {

namespace {

struct Desk {
  const environment::Environment& environment;
  state::StateFile& file;
};

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void list_as_json(const Desk& desk, bool all) {
  json::Value archives = json::Value::array();
  for (const auto& record : state::list_archives(desk.file, {all, true}))
    archives.push_back(to_json(record));
  json::Value document;
  document.set("environment", desk.environment.name);
  document.set("archives", std::move(archives));
  print(json::dump_pretty(document));
}

void list(cli::Call& call, const Desk& desk) {
  const bool all = call.options.flag("all");
  if (call.options.flag("json")) return list_as_json(desk, all);
  Table table = list_table();
  const auto strays =
      lifecycle::find_strays(desk.environment, desk.file, all,
                             [&](const state::ArchiveRecord& record) { add_row(table, record); });
  for (const auto& id : strays.orphans)
    core::log_warning(fmt::format("{}.tar is not in the catalogue: not trusted, left alone", id));
  print(table.text());
}

void show(cli::Call& call, const Desk& desk) {
  const auto record = state::get_archive(desk.file, call.options.require("backup-id"));
  call.result.set("archive", to_json(record));
  print(call.options.flag("json")
            ? json::dump_pretty(to_json(record))
            : show_text(record, desk.environment.archive_path(record.backup_id)));
}

void pin(cli::Call& call, const Desk& desk) {
  const auto id = call.options.require("backup-id");
  state::pin_archive(desk.file, id, call.options.require("reason"),
                     call.options.get("requested-by"));
  archive::copy_pin(desk.environment.archive_folder, id, call.options.require("reason"));
  core::log_info(fmt::format("{} is pinned: prune keeps it until it is unpinned", id));
}

void unpin(cli::Call& call, const Desk& desk) {
  const auto id = call.options.require("backup-id");
  state::unpin_archive(desk.file, id, call.options.get("requested-by"));
  archive::copy_pin(desk.environment.archive_folder, id, std::nullopt);
  core::log_info(fmt::format("{} is not pinned any more: the retention rules decide", id));
}

void check(cli::Call& call, const Desk& desk) {
  const auto max_age_ms = parse_age(call.options.require("max-age"));
  const auto records = state::list_archives(desk.file);
  const auto now_ms = desk.file.clock().now_ms();
  if (const auto* newest = newest_verified(records, now_ms))
    call.result.set("newest_verified", newest->backup_id);
  const auto& newest = require_fresh(desk.environment, records, max_age_ms, now_ms);
  core::log_info(fmt::format("the newest verified backup is {}, made at {}", newest.backup_id,
                             core::to_iso8601(newest.created_ms)));
}

void confirm(cli::Call& call, const Desk& desk) {
  const auto ids = state::confirm_archives(desk.file, call.options.get("backup-id"),
                                           call.options.get("requested-by"));
  json::Value list = json::Value::array();
  for (const auto& id : ids) {
    core::log_info(fmt::format("{} is confirmed: it counts, and may be trusted as it is", id));
    list.push_back(id);
  }
  call.result.set("confirmed", std::move(list));
  if (ids.empty())
    core::log_info("nothing to confirm: only archives that `verify` has found whole can be");
}

void run(cli::Call& call) {
  const auto environment = environment::load(
      environment::locate(call.options.get("environment-file"), call.options.get("environment")));
  call.result.set("environment", environment.name);
  static const std::set<std::string> readers{"list", "show", "check"};
  std::optional<publish::AfterChange> afterwards;
  if (readers.count(call.options.verb()) == 0) afterwards.emplace(environment);
  if (call.options.verb() == "rebuild") return rebuild(call, environment);
  state::StateFile file(lifecycle::place_of(environment), state::OpenMode::kExisting);
  static const std::map<std::string, std::function<void(cli::Call&, const Desk&)>> verbs{
      {"list", list},   {"show", show},   {"pin", pin},
      {"unpin", unpin}, {"check", check}, {"confirm", confirm}};
  verbs.at(call.options.verb())(call, {environment, file});
}

}  // namespace

cli::Step step() {
  return {"catalogue",
          "shows the archives that there are, pins those that must stay, and is rebuilt from them.",
          {"list", "show", "pin", "unpin", "check", "confirm", "rebuild"},
          {{"backup-id", "BackupId", "show, pin, unpin, confirm: the archive", false, ""},
           {"reason", "Reason", "pin: why it must stay", false, ""},
           {"requested-by", "REQUESTED_BY", "who asks for a change", false, ""},
           {"max-age", "", "check: how old the newest verified backup may be (26h)", false, ""},
           {"all", "", "list: pruned and failed ones too", true, ""},
           {"json", "", "list, show: as JSON", true, ""}},
          run};
}

}  // namespace catalogue
