#include "state/retention/protection.hpp"

#include <fmt/format.h>

#include "state/operations/rows.hpp"

namespace state {

namespace {

void protect(Protected& list, const Operation& operation, const std::string& reason) {
  for (const auto& id : {operation.target_archive, operation.snapshot_archive})
    if (!id.empty()) list.emplace(id, reason);
}

}  // namespace

Protected protected_archives(const StateFile& file, const RetentionRules& rules) {
  constexpr std::int64_t kDayMs = 86'400'000;
  Protected list;
  file.read([&](SQLite::Database& db) {
    if (const auto running = load_running(db))
      protect(list, *running, "in use by the running " + std::string(to_text(running->kind)));
    const EnvironmentRow environment = load_environment(db);
    for (const auto& id : {environment.restoring_from, environment.safety_archive})
      if (environment.closed() && !id.empty()) list.emplace(id, "needed to finish the restore");
    const auto last = load_newest(db, "kind = ? AND destroy_began = 1", "restore");
    if (!last || !last->finished_ms) return;
    if (file.clock().now_ms() - *last->finished_ms < rules.restore_grace_days * kDayMs)
      protect(list, *last,
              fmt::format("part of the restore of {}", core::to_iso8601(last->started_ms)));
  });
  return list;
}

}  // namespace state
