#include "admin/web/chart.hpp"
#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"

namespace admin {

namespace {

constexpr std::size_t kLatest = 5;
constexpr std::size_t kCharted = 30;

json::Value latest_archives(const Visit& visit) {
  std::vector<const ArchiveView*> latest;
  for (const auto& archive : visit.view()->archives) {
    if (latest.size() == kLatest) break;
    latest.push_back(&archive);
  }
  return archive_rows(visit, latest);
}

json::Value requests_of(const Visit& visit) {
  json::Value rows = json::Value::array();
  for (const auto& request : visit.services.requests.of(visit.environment(), 20)) {
    if (!request.open()) continue;
    json::Value row;
    row.set("href", visit.base() + "/requests/" + request.id);
    row.set("action", request.action);
    row.set("user", request.user);
    row.set("created", time_value(request.created_ms, visit.now_ms));
    rows.push_back(std::move(row));
  }
  return rows;
}

void add_undo(const Visit& visit, json::Value& values) {
  const View& view = *visit.view();
  if (view.undo_archive.empty() || view.closed() || view.find(view.undo_archive) == nullptr) return;
  json::Value undo;
  undo.set("href", visit.base() + "/archives/" + view.undo_archive + "/restore?undo=1");
  undo.set("finished", time_value(view.undo_ms, visit.now_ms));
  values.set("undo", std::move(undo));
}

}  // namespace

Answer environments_page(Visit& visit) {
  const auto names = visit.services.views.names();
  if (names.size() == 1) return redirect_to("/" + names.front());
  json::Value cards = json::Value::array();
  for (const auto& name : names) {
    Visit one{visit.ask,   visit.services,          visit.gate,
              visit.who,   {{"environment", name}}, visit.services.views.get(name),
              visit.now_ms};
    json::Value card = status_values(one);
    card.set("name", name);
    card.set("href", "/" + name);
    cards.push_back(std::move(card));
  }
  json::Value values;
  values.set("cards", std::move(cards));
  return page(visit, "environments", "Environments", std::move(values));
}

Answer overview_page(Visit& visit) {
  json::Value values;
  values.set("status", status_values(visit));
  values.set("live_href", visit.base() + "/live");
  values.set("requests", requests_of(visit));
  // before anything is published a first backup can be made
  values.set("idle",
             visit.view() == nullptr || (!visit.view()->operation && !visit.view()->closed()));
  if (const View* view = visit.view()) {
    values.set("archives", latest_archives(visit));
    values.set("archive_count", count_text(view->archives.size()));
    values.set("archives_bytes", bytes_text(view->archives_bytes));
    values.set("free_bytes", bytes_text(view->free_bytes));
    values.set("chart", chart_values(*view, kCharted));
    values.set("busy", view->operation.has_value());
    add_undo(visit, values);
  }
  return page(visit, "overview", visit.environment(), std::move(values));
}

Answer overview_live(Visit& visit) {
  json::Value values;
  values.set("status", status_values(visit));
  return fragment(visit, "status", std::move(values));
}

}  // namespace admin
