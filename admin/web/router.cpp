#include "admin/web/router.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "admin/embedded.hpp"
#include "admin/web/pages.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/sha256.hpp"
#include "http/request.hpp"

namespace admin {

namespace {

enum class Needs { kNobody, kViewer, kOperator };

struct Route {
  const char* method;
  const char* path;  // ":name" takes any one piece
  Needs needs;
  Answer (*act)(Visit&);
  bool live = false;  // asked for by a script: no redirect, and no activity of the visitor
};

constexpr Route kRoutes[]{
    {"GET", "/login", Needs::kNobody, login_page},
    {"POST", "/login", Needs::kNobody, login},
    {"POST", "/logout", Needs::kViewer, logout},
    {"GET", "/", Needs::kViewer, environments_page},
    {"GET", "/audit", Needs::kOperator, audit_page},
    {"GET", "/:environment", Needs::kViewer, overview_page},
    {"GET", "/:environment/live", Needs::kViewer, overview_live, true},
    {"GET", "/:environment/archives", Needs::kViewer, archives_page},
    {"GET", "/:environment/archives/:id", Needs::kViewer, archive_page},
    {"POST", "/:environment/archives/:id/manage", Needs::kOperator, manage_archive},
    {"GET", "/:environment/archives/:id/restore", Needs::kOperator, restore_page},
    {"POST", "/:environment/archives/:id/restore", Needs::kOperator, start_restore},
    {"POST", "/:environment/clear-up", Needs::kOperator, start_clear_up},
    {"GET", "/:environment/backup", Needs::kOperator, backup_page},
    {"POST", "/:environment/backup", Needs::kOperator, start_backup},
    {"GET", "/:environment/requests/:id", Needs::kViewer, request_page},
    {"GET", "/:environment/requests/:id/live", Needs::kViewer, request_live, true},
    {"POST", "/:environment/requests/:id/again", Needs::kOperator, send_request_again},
    {"GET", "/:environment/history", Needs::kViewer, history_page},
    {"GET", "/:environment/retention", Needs::kViewer, retention_page},
};

std::vector<std::string> pieces_of(const std::string& path) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 1; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    pieces.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return pieces;
}

using Args = std::map<std::string, std::string>;

std::optional<Args> match(const char* pattern, const std::vector<std::string>& pieces) {
  const auto wanted = pieces_of(pattern);
  if (wanted.size() != pieces.size()) return std::nullopt;
  Args args;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].front() == ':')
      args[wanted[i].substr(1)] = pieces[i];
    else if (wanted[i] != pieces[i])
      return std::nullopt;
  }
  return args;
}

// Only pieces that stand in one of our own addresses; whatever else is no page of ours.
bool is_plain(const std::string& path) {
  return !path.empty() && path.front() == '/' && path.size() <= 300 &&
         path.find("//") == std::string::npos && std::all_of(path.begin(), path.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '/' || c == '-' || c == '_' || c == '.';
         });
}

const Route* find_route(const Ask& ask, Args& args) {
  if (!is_plain(ask.path)) return nullptr;
  const auto pieces = pieces_of(ask.path);
  for (const auto& route : kRoutes)
    if (ask.method == route.method)
      if (auto found = match(route.path, pieces)) {
        args = std::move(*found);
        return &route;
      }
  return nullptr;
}

Answer plain(int status, const std::string& text) {
  Answer answer;
  answer.status = status;
  answer.type = "text/plain; charset=utf-8";
  answer.body = text + "\n";
  return answer;
}

std::string type_of(std::string_view name) {
  const auto dot = name.rfind('.');
  const auto ending = name.substr(dot + 1);
  if (ending == "css") return "text/css; charset=utf-8";
  if (ending == "js") return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

// "/assets/<hash>/<name>"
Answer asset(const std::string& path) {
  const auto pieces = pieces_of(path);
  if (pieces.size() != 3 || pieces[1].size() != 12 ||
      pieces[1].find_first_not_of("0123456789abcdef") != std::string::npos)
    return plain(404, "not found");
  for (const char* name : {"style.css", "live.js", "icon.svg"})
    if (pieces[2] == name) {
      Answer answer;
      answer.type = type_of(name);
      answer.body = std::string(embedded::text(name));
      answer.headers = {{"Cache-Control", "public, max-age=31536000, immutable"}};
      return answer;
    }
  return plain(404, "not found");
}

Answer ask_to_sign_in(Visit& visit, const Route& route) {
  if (route.live) return plain(401, "the session is over");
  if (visit.services.settings.proxy.sign_in)
    return message_page(visit, 403, "You may not see this",
                        "You are known as '" + visit.ask.header("remote-user") +
                            "', but none of your groups may use this page.");
  const std::string next = visit.ask.method == "GET" ? visit.ask.path : "/";
  return redirect_to(next == "/" ? "/login" : "/login?next=" + http::encode_part(next));
}

bool may(const Visitor& visitor, Needs needs) {
  return needs != Needs::kOperator || visitor.is_operator();
}

Answer refuse_role(Visit& visit) {
  visit.services.audit.record({"", visit.who.user, to_text(visit.who.role), visit.who.address,
                               visit.ask.method + " " + visit.ask.path, visit.environment(), "",
                               "refused: needs the role operator", ""});
  return message_page(visit, 403, "You may look, but not change",
                      "This needs the role operator. Ask somebody who has it, or an administrator "
                      "to give it to you.");
}

// "https://auth.example.net/logout" -> " https://auth.example.net"
std::string origin_of(const std::string& url) {
  return url.empty() ? "" : " " + url.substr(0, url.find('/', url.find("://") + 3));
}

void add_security_headers(Answer& answer, const ProxySettings& proxy) {
  const auto add = [&](const char* name, const std::string& value) {
    answer.headers.emplace_back(name, value);
  };
  // signing out leads on to the proxy's own page
  add("Content-Security-Policy",
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src "
      "'self'; form-action 'self'" +
          origin_of(proxy.sign_out_url) + "; frame-ancestors 'none'; base-uri 'none'");
  add("X-Content-Type-Options", "nosniff");
  add("X-Frame-Options", "DENY");
  add("Referrer-Policy", "same-origin");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  const auto is_cache = [](const auto& header) { return header.first == "Cache-Control"; };
  if (std::none_of(answer.headers.begin(), answer.headers.end(), is_cache))
    add("Cache-Control", "no-store");
}

bool is_text(const Fields& fields) {
  return std::all_of(fields.begin(), fields.end(), [](const auto& field) {
    return is_utf8(field.second) && field.second.find('\0') == std::string::npos;
  });
}

// A live part of a page keeps its reader signed in only while an operation runs.
bool is_activity(const Route& route, const Seen& seen) {
  return !route.live || (seen.view && seen.view->operation);
}

}  // namespace

Answer Router::dispatch(const Ask& ask) {
  if (ask.method == "GET" && ask.path == "/health") return plain(200, "ok");
  if (const auto reason = m_gate.refusal(ask); !reason.empty()) return plain(403, reason);
  if (!m_gate.is_own_host(ask))
    return plain(421, "this service answers for the host of its public_url only");
  if (!is_text(ask.form) || !is_text(ask.query)) return plain(400, "this is not UTF-8 text");
  if (ask.method == "GET" && ask.path.rfind("/assets/", 0) == 0) return asset(ask.path);
  Visit visit{ask, m_services, m_gate, {}, {}, {}, m_services.clock.now_ms()};
  const Route* route = find_route(ask, visit.args);
  const std::string environment = visit.environment();
  if (!environment.empty() && m_services.views.knows(environment))
    visit.seen = m_services.views.get(environment);
  const auto who = m_gate.visitor(ask, route != nullptr && is_activity(*route, visit.seen),
                                  route != nullptr && route->live);
  if (who) visit.who = *who;
  if (route != nullptr && route->needs == Needs::kNobody) return route->act(visit);
  if (!who) return ask_to_sign_in(visit, route != nullptr ? *route : kRoutes[3]);
  if (route == nullptr || (!environment.empty() && !m_services.views.knows(environment))) {
    visit.args.clear();
    return message_page(visit, 404, "There is no such page", "Go back to the overview.");
  }
  if (ask.method == "POST" && !m_gate.is_own_form(ask, visit.who.cookie))
    return message_page(visit, 403, "Nothing was done",
                        "This form was opened too long ago, or it did not come from this service. "
                        "Open the page again and repeat it.");
  if (!may(visit.who, route->needs)) return refuse_role(visit);
  Answer answer = route->act(visit);
  if (!visit.who.new_cookie.empty())
    answer.headers.emplace_back("Set-Cookie", visit.who.new_cookie);
  return answer;
}

Answer Router::answer(const Ask& ask) {
  Answer answer;
  try {
    answer = dispatch(ask);
  } catch (const core::Error& error) {
    core::log(core::LogLevel::kError, fmt::format("{} {}: {}", ask.method, ask.path, error.what()));
    answer =
        plain(500, fmt::format("This could not be done: {}. Nothing was started.", error.what()));
  } catch (const std::exception& error) {
    core::log(core::LogLevel::kError, fmt::format("{} {}: {}", ask.method, ask.path, error.what()));
    answer = plain(500, "This could not be done because of an internal error. The log says more.");
  }
  add_security_headers(answer, m_services.settings.proxy);
  return answer;
}

}  // namespace admin
