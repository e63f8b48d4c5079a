#include "admin/web/gate.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace admin {

namespace {

bool holds(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_address(const std::string& text) {
  return text.size() >= 2 && text.size() <= 45 &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
}

// "Admin.example.net:8443" -> "admin.example.net"; "[::1]:443" -> "[::1]".
std::string host_of(std::string authority) {
  if (const auto colon = authority.rfind(':');
      colon != std::string::npos && authority.find(']', colon) == std::string::npos)
    authority.erase(colon);
  std::transform(authority.begin(), authority.end(), authority.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return authority;
}

// What the proxy names may be an e-mail address; nothing that a log or a page could read otherwise.
bool is_user(const std::string& text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

std::vector<std::string> split_groups(const std::string& text) {
  std::vector<std::string> groups;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto first = text.find_first_not_of(' ', begin);
    if (first < end) groups.push_back(text.substr(first, end - first));
    begin = end + 1;
  }
  return groups;
}

}  // namespace

std::string Gate::refusal(const Ask& ask) const {
  const auto& proxy = m_services.settings.proxy;
  if (!holds(proxy.addresses, ask.peer) || ask.header_count("x-admin-proxy") != 1 ||
      !same_secret(ask.header("x-admin-proxy"), proxy.secret))
    return "this service is reached through its proxy only";
  for (const char* name : {"remote-user", "remote-groups", "x-real-ip", "cookie", "host", "origin"})
    if (ask.header_count(name) > 1) return fmt::format("header {} was sent twice", name);
  if (!is_address(ask.header("x-real-ip"))) return "the proxy does not say where this comes from";
  return "";
}

bool Gate::is_own_host(const Ask& ask) const {
  const std::string& url = m_services.settings.public_url;
  const auto own = host_of(url.substr(url.find("://") + 3));
  return !own.empty() && host_of(ask.header("host")) == own;
}

std::string Gate::address_of(const Ask& ask) const {
  return ask.header("x-real-ip");
}

std::optional<Visitor> Gate::visitor(const Ask& ask, bool active, bool live) {
  return m_services.settings.proxy.sign_in ? by_proxy(ask, active, live) : by_account(ask, active);
}

std::optional<Role> Gate::role_of_groups(const std::string& groups) const {
  const auto& proxy = m_services.settings.proxy;
  std::optional<Role> role;
  for (const auto& group : split_groups(groups)) {
    if (holds(proxy.operator_groups, group)) return Role::kOperator;
    if (holds(proxy.viewer_groups, group)) role = Role::kViewer;
  }
  return role;
}

// The proxy says at every request who it is; the session only carries the form tokens.
std::optional<Visitor> Gate::by_proxy(const Ask& ask, bool active, bool live) {
  const std::string user = ask.header("remote-user");
  const auto role = role_of_groups(ask.header("remote-groups"));
  if (!is_user(user) || !role) return std::nullopt;
  Visitor visitor{user, *role, true, address_of(ask), ask.cookie(session_cookie_name()), ""};
  const auto session = m_services.sessions.find(visitor.cookie, active);
  if (session && session->by_proxy && session->user == user) return visitor;
  // else an open window would keep its user signed in for ever
  if (live) return std::nullopt;
  visitor.cookie = m_services.sessions.begin(user, *role, true);
  visitor.new_cookie = set_cookie(session_cookie_name(), visitor.cookie);
  m_services.audit.record(
      {"", user, to_text(*role), visitor.address, "login", "", "", "ok, by the proxy", ""});
  return visitor;
}

std::optional<Visitor> Gate::by_account(const Ask& ask, bool active) {
  const std::string cookie = ask.cookie(session_cookie_name());
  const auto session = m_services.sessions.find(cookie, active);
  if (!session || session->by_proxy) return std::nullopt;
  const auto account = m_services.accounts.find(session->user);
  if (!account || account->disabled || account->changed_ms > session->began_ms) {
    m_services.sessions.end(cookie);
    return std::nullopt;
  }
  return Visitor{session->user, account->role, false, address_of(ask), cookie, ""};
}

bool Gate::is_own_form(const Ask& ask, const std::string& cookie) const {
  const std::string origin = ask.header("origin");
  if (!origin.empty() && origin != m_services.settings.public_url) return false;
  const std::string site = ask.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin") return false;
  return m_services.form_tokens.matches(cookie, ask.field("form_token"));
}

std::string Gate::session_cookie_name() const {
  return m_services.settings.https() ? "__Host-athena-session" : "athena-session";
}

std::string Gate::login_cookie_name() const {
  return m_services.settings.https() ? "__Host-athena-login" : "athena-login";
}

std::string Gate::device_cookie_name() const {
  return m_services.settings.https() ? "__Host-athena-device" : "athena-device";
}

std::string Gate::set_lasting_cookie(const std::string& name, const std::string& value) const {
  constexpr int kHalfAYear = 182 * 24 * 3600;
  return fmt::format("{}; Max-Age={}", set_cookie(name, value), kHalfAYear);
}

std::string Gate::set_cookie(const std::string& name, const std::string& value) const {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}{}", name, value,
                     m_services.settings.https() ? "; Secure" : "",
                     value.empty() ? "; Max-Age=0" : "");
}

}  // namespace admin
