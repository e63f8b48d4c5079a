#include "lifecycle/prune_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/units.hpp"
#include "publish/view.hpp"
#include "state/catalogue/catalogue.hpp"

namespace lifecycle {

std::vector<state::Decision> PrunePlan::removals() const {
  std::vector<state::Decision> list;
  std::copy_if(decisions.rbegin(), decisions.rend(), std::back_inserter(list),
               [](const state::Decision& decision) { return !decision.keep; });
  return list;
}

PrunePlan make_prune_plan(const environment::Environment& environment,
                          const state::StateFile& file) {
  const auto rules = publish::retention_rules(environment.retention);
  std::vector<state::ArchiveRecord> records;
  PrunePlan plan;
  plan.strays = find_strays(environment, file, false, [&](state::ArchiveRecord&& record) {
    records.push_back(std::move(record));
  });
  const auto kept = publish::kept_archives(environment, file, records);
  for (const auto& record : records)
    if (state::went_missing(record) && kept.count(record.backup_id) == 0)
      plan.missing.insert(record.backup_id);
  plan.decisions = state::plan_prune(records, rules, file.clock().now_ms(), kept);
  return plan;
}

std::vector<std::string> carry_out(const PrunePlan& plan,
                                   const environment::Environment& environment,
                                   const core::CancelToken& cancel, const RemoveRow& remove_row) {
  std::vector<std::string> removed;
  for (const auto& id : plan.strays.left_over) unlink_archive(environment.archive_folder, id);
  for (const auto& decision : plan.removals()) {
    cancel.check();
    if (!remove_row(decision.backup_id)) {
      core::log_info(fmt::format("left {} alone: pinned, or pruned by another process, since",
                                 decision.backup_id));
      continue;
    }
    if (plan.missing.count(decision.backup_id) == 0)
      unlink_archive(environment.archive_folder, decision.backup_id);
    core::log_info(fmt::format("removed {}: {}", decision.backup_id, decision.reason));
    removed.push_back(decision.backup_id);
  }
  return removed;
}

std::string plan_text(const PrunePlan& plan) {
  fmt::memory_buffer out;
  std::uint64_t freed = 0;
  std::size_t removed = 0;
  for (const auto& decision : plan.decisions) {
    fmt::format_to(std::back_inserter(out), "{} {}  {}\n", decision.keep ? "keep  " : "remove",
                   decision.backup_id, decision.reason);
    removed += decision.keep ? 0 : 1;
    freed += decision.keep ? 0 : decision.size_bytes;
  }
  for (const auto& id : plan.strays.left_over)
    fmt::format_to(std::back_inserter(out), "remove {}  left over from an interrupted prune\n", id);
  for (const auto& id : plan.strays.orphans)
    fmt::format_to(std::back_inserter(out), "orphan {}  not in the catalogue, left alone\n", id);
  fmt::format_to(std::back_inserter(out), "{} of {} archives go, {} are freed\n", removed,
                 plan.decisions.size(), core::human_bytes(freed));
  return fmt::to_string(out);
}

}  // namespace lifecycle
