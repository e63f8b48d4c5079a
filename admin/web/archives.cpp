#include <charconv>

#include <fmt/format.h>

#include "admin/view/search.hpp"
#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"
#include "core/ids.hpp"
#include "http/request.hpp"

namespace admin {

namespace {

constexpr std::size_t kPerPage = 50;

constexpr std::pair<const char*, const char*> kOnly[]{{"", "all"},
                                                      {"verified", "verified"},
                                                      {"unverified", "not verified yet"},
                                                      {"damaged", "damaged"},
                                                      {"pinned", "pinned"},
                                                      {"leaving", "going at the next prune"}};
constexpr std::pair<const char*, const char*> kKinds[]{
    {"", "all"}, {"backup", "backups"}, {"safety", "safety archives"}};

template <class Choices>
json::Value choices(const Choices& known, const std::string& chosen) {
  json::Value list = json::Value::array();
  for (const auto& [value, text] : known) {
    json::Value choice;
    choice.set("value", value);
    choice.set("text", text);
    choice.set("selected", chosen == value);
    list.push_back(std::move(choice));
  }
  return list;
}

std::string day_or_nothing(const std::string& text) {
  const bool day = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                   text.find_first_not_of("0123456789-") == std::string::npos;
  return day ? text : "";
}

Search search_of(const Ask& ask) {
  return {ask.parameter("q").substr(0, 200), ask.parameter("kind"), ask.parameter("only"),
          day_or_nothing(ask.parameter("from")), day_or_nothing(ask.parameter("to"))};
}

std::size_t page_of(const Ask& ask) {
  const std::string text = ask.parameter("page");
  std::size_t number = 1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string href(const Visit& visit, const Search& wanted, std::size_t number) {
  std::string query = "page=" + std::to_string(number);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query += fmt::format("&{}={}", name, http::encode_part(value));
  };
  add("q", wanted.text);
  add("kind", wanted.kind);
  add("only", wanted.only);
  add("from", wanted.from);
  add("to", wanted.to);
  return visit.base() + "/archives?" + query;
}

void add_search(const Visit& visit, const Search& wanted, const Found& found, json::Value& values) {
  values.set("q", wanted.text);
  values.set("kinds", choices(kKinds, wanted.kind));
  values.set("onlys", choices(kOnly, wanted.only));
  values.set("from", wanted.from);
  values.set("to", wanted.to);
  values.set("total", counted(found.total, "archive", "archives"));
  values.set("none", found.total == 0);
  values.set("page", fmt::format("page {} of {}", found.page, found.pages));
  values.set("paged", found.pages > 1);
  if (found.page > 1) values.set("newer_href", href(visit, wanted, found.page - 1));
  if (found.page < found.pages) values.set("older_href", href(visit, wanted, found.page + 1));
}

}  // namespace

Answer archives_page(Visit& visit) {
  if (visit.view() == nullptr) return no_view(visit);
  const Search wanted = search_of(visit.ask);
  const Found found = search(*visit.view(), wanted, page_of(visit.ask), kPerPage);
  json::Value values;
  add_search(visit, wanted, found, values);
  values.set("archives", archive_rows(visit, found.archives));
  return page(visit, "archives", "Archives", std::move(values));
}

Answer archive_page(Visit& visit) {
  if (visit.view() == nullptr) return no_view(visit);
  const auto* archive = visit.view()->find(visit.args.at("id"));
  if (archive == nullptr)
    return message_page(
        visit, 404, "There is no such archive",
        "It may have been removed by the retention policy since the page before was "
        "opened.");
  json::Value values;
  values.set("archive", archive_row(visit, *archive));
  values.set("resources", resource_rows(archive->resources));
  values.set("request_id", core::random_hex(16));
  values.set("verify_id", core::random_hex(16));
  values.set("archive_folder", visit.view()->archive_folder);
  return page(visit, "archive", "Archive", std::move(values));
}

}  // namespace admin
