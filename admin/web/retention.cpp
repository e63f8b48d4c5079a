#include <array>

#include <fmt/format.h>

#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"

namespace admin {

namespace {

constexpr std::size_t kShown = 200;

struct Rule {
  const char* key;
  const char* text;
};

constexpr std::array kRules{
    Rule{"keep_days", "every archive of the last {} days"},
    Rule{"keep_last", "the newest {}"},
    Rule{"keep_daily", "the newest of each of the last {} days"},
    Rule{"keep_weekly", "the newest of each of the last {} weeks"},
    Rule{"keep_monthly", "the newest of each of the last {} months"},
    Rule{"min_verified", "at least {} verified archives, however old"},
    Rule{"restore_grace_days", "both archives of the last restore for {} days"}};

json::Value rules_of(const View& view) {
  json::Value rules = json::Value::array();
  for (const auto& [key, text] : kRules)
    for (const auto& [name, count] : view.retention)
      if (name == key && count > 0) rules.push_back(fmt::format(fmt::runtime(text), count));
  return rules;
}

std::vector<const ArchiveView*> leaving(const View& view) {
  std::vector<const ArchiveView*> found;
  for (const auto& archive : view.archives)
    if (archive.prune_next) found.push_back(&archive);
  return found;
}

json::Value storage_of(const View& view) {
  const auto all = view.archives_bytes + view.free_bytes;
  json::Value storage;
  storage.set("used", bytes_text(view.archives_bytes));
  storage.set("free", bytes_text(view.free_bytes));
  storage.set("folder", view.archive_folder);
  storage.set("percent", all == 0 ? json::Value(0) : json::Value(view.archives_bytes * 100 / all));
  return storage;
}

}  // namespace

Answer retention_page(Visit& visit) {
  if (visit.view() == nullptr) return no_view(visit);
  const View& view = *visit.view();
  auto going = leaving(view);
  std::uint64_t bytes = 0;
  for (const auto* archive : going) bytes += archive->size_bytes;
  json::Value values;
  values.set("going_count", counted(going.size(), "archive", "archives"));
  values.set("going_bytes", bytes_text(bytes));
  values.set("none_going", going.empty());
  if (going.size() > kShown) going.resize(kShown);
  values.set("going", archive_rows(visit, going));
  values.set("rules", rules_of(view));
  values.set("storage", storage_of(view));
  std::vector<const ArchiveView*> kept;
  for (const auto& archive : view.archives)
    if (!archive.prune_next && kept.size() < kShown) kept.push_back(&archive);
  values.set("kept", archive_rows(visit, kept));
  return page(visit, "retention", "Retention and storage", std::move(values));
}

}  // namespace admin
