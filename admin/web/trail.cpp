#include <charconv>

#include "admin/web/pages.hpp"
#include "admin/web/words.hpp"
#include "core/clock.hpp"

namespace admin {

namespace {

constexpr std::size_t kPerPage = 100;
constexpr std::size_t kLastPage = 10'000;

std::size_t page_of(const Ask& ask) {
  const std::string text = ask.parameter("page");
  std::size_t number = 1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::min(std::max<std::size_t>(number, 1), kLastPage);
}

json::Value row_of(const Visit& visit, const AuditEntry& entry) {
  json::Value row;
  row.set("at", time_value(core::from_iso8601(entry.at), visit.now_ms));
  row.set("who", entry.user);
  row.set("address", entry.address);
  row.set("action", entry.action);
  row.set("place", entry.environment);
  row.set("subject", entry.subject);
  row.set("result", entry.result);
  if (!entry.request_id.empty() && !entry.environment.empty())
    row.set("href", "/" + entry.environment + "/requests/" + entry.request_id);
  return row;
}

}  // namespace

Answer audit_page(Visit& visit) {
  const auto number = page_of(visit.ask);
  const auto entries = visit.services.audit.newest((number - 1) * kPerPage, kPerPage + 1);
  json::Value rows = json::Value::array();
  for (std::size_t i = 0; i < entries.size() && i < kPerPage; ++i)
    rows.push_back(row_of(visit, entries[i]));
  json::Value values;
  values.set("entries", std::move(rows));
  if (number > 1) values.set("newer_href", "/audit?page=" + std::to_string(number - 1));
  if (entries.size() > kPerPage)
    values.set("older_href", "/audit?page=" + std::to_string(number + 1));
  return page(visit, "audit", "Audit trail", std::move(values));
}

}  // namespace admin
