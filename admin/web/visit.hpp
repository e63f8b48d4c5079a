#pragma once
// One visit of one page: what was asked, by whom, of which environment; and the frame around every
// page.

#include <map>
#include <string>

#include "admin/web/exchange.hpp"
#include "admin/web/gate.hpp"
#include "admin/web/services.hpp"
#include "json/value.hpp"

namespace admin {

struct Visit {
  const Ask& ask;
  Services& services;
  Gate& gate;
  Visitor who;
  std::map<std::string, std::string> args;  // named pieces of the path: "environment", "id"
  Seen seen;                                // of the path's environment
  std::int64_t now_ms = 0;

  std::string environment() const;
  std::string base() const { return "/" + environment(); }
  // The view; a page that cannot do without it is answered by `no_view` instead.
  const View* view() const { return seen.view.get(); }
};

// `name` of pages/, inside layout.html, with what every page shows: who is signed in, where one is.
Answer page(const Visit& visit, const std::string& name, const std::string& title,
            json::Value values, int status = 200);
// The same without the layout, for the part of a page that is asked for again and again. Answers
// 304 when the browser has it already.
Answer fragment(const Visit& visit, const std::string& name, json::Value values);
// A page that says one thing.
Answer message_page(const Visit& visit, int status, const std::string& title,
                    const std::string& text);
Answer no_view(const Visit& visit);

}  // namespace admin
