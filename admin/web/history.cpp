#include "admin/web/chart.hpp"
#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"

namespace admin {

namespace {

constexpr std::size_t kCharted = 90;

// What the picture shows, for those who read.
json::Value table_of(const Visit& visit) {
  std::vector<const ArchiveView*> newest;
  for (const auto& archive : visit.view()->archives)
    if (newest.size() < kCharted) newest.push_back(&archive);
  return archive_rows(visit, newest);
}

}  // namespace

Answer history_page(Visit& visit) {
  if (visit.view() == nullptr) return no_view(visit);
  json::Value values;
  values.set("chart", chart_values(*visit.view(), kCharted));
  values.set("archives", table_of(visit));
  return page(visit, "history", "History", std::move(values));
}

}  // namespace admin
