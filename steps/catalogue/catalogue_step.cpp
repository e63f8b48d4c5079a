#include "catalogue/catalogue_step.hpp"

#include <cstdio>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "archive/sidecar.hpp"
#include "catalogue/show.hpp"
#include "catalogue/table.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "environment/environment.hpp"
#include "lifecycle/archive_folder.hpp"
#include "lifecycle/lifecycle.hpp"
#include "state/catalogue/catalogue.hpp"

namespace catalogue {

namespace {

struct Desk {
  const environment::Environment& environment;
  state::StateFile& file;
};

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// A file without a row is listed and left alone.
void name_orphans(const Desk& desk, const std::vector<state::ArchiveRecord>& records) {
  const auto folder = lifecycle::look_into(desk.environment.archive_folder, desk.environment.name);
  for (const auto& id : lifecycle::find_strays(folder, records).orphans)
    core::log_warning(fmt::format("{}.tar is not in the catalogue: not trusted, left alone", id));
}

bool is_gone(const state::ArchiveRecord& record) {
  return record.status == state::ArchiveStatus::kPruned ||
         record.status == state::ArchiveStatus::kFailed;
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
  auto records = state::list_archives(desk.file, {true, false});
  name_orphans(desk, records);
  if (!all) std::erase_if(records, is_gone);
  print(list_text(records));
}

void show(cli::Call& call, const Desk& desk) {
  const auto record = state::get_archive(desk.file, call.options.require("backup-id"));
  call.result.set("archive", to_json(record));
  print(call.options.flag("json")
            ? json::dump_pretty(to_json(record))
            : show_text(record, desk.environment.archive_path(record.backup_id)));
}

// So that a catalogue that is rebuilt from the folder knows the pin too. The catalogue decides: a
// copy that cannot be written is no reason to refuse.
void copy_pin(const Desk& desk, const std::string& id, const std::optional<std::string>& reason) {
  try {
    archive::pin_sidecar(desk.environment.archive_folder, id, reason);
  } catch (const core::Error& error) {
    core::log_warning(fmt::format("the copy of the manifest keeps its old pin: {}", error.what()));
  }
}

void pin(cli::Call& call, const Desk& desk) {
  const auto id = call.options.require("backup-id");
  state::pin_archive(desk.file, id, call.options.require("reason"),
                     call.options.get("requested-by"));
  copy_pin(desk, id, call.options.require("reason"));
  core::log_info(fmt::format("{} is pinned: prune keeps it until it is unpinned", id));
}

void unpin(cli::Call& call, const Desk& desk) {
  const auto id = call.options.require("backup-id");
  state::unpin_archive(desk.file, id, call.options.get("requested-by"));
  copy_pin(desk, id, std::nullopt);
  core::log_info(fmt::format("{} is not pinned any more: the retention rules decide", id));
}

void run(cli::Call& call) {
  const auto environment = environment::load(
      environment::locate(call.options.get("environment-file"), call.options.get("environment")));
  call.result.set("environment", environment.name);
  state::StateFile file(lifecycle::place_of(environment), state::OpenMode::kExisting);
  static const std::map<std::string, std::function<void(cli::Call&, const Desk&)>> verbs{
      {"list", list}, {"show", show}, {"pin", pin}, {"unpin", unpin}};
  verbs.at(call.options.verb())(call, {environment, file});
}

}  // namespace

cli::Step step() {
  return {"catalogue",
          "shows the archives that there are, and pins those that must stay.",
          {"list", "show", "pin", "unpin"},
          {{"backup-id", "BackupId", "show, pin, unpin: the archive", false, ""},
           {"reason", "Reason", "pin: why it must stay", false, ""},
           {"requested-by", "REQUESTED_BY", "pin, unpin: who asked for it", false, ""},
           {"all", "", "list: pruned and failed ones too", true, ""},
           {"json", "", "list, show: as JSON", true, ""}},
          run};
}

}  // namespace catalogue
