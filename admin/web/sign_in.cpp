#include <fmt/format.h>

#include "admin/web/pages.hpp"
#include "admin/web/words.hpp"
#include "core/log.hpp"

namespace admin {

namespace {

// Only a page of our own, never another site.
std::string next_of(const std::string& text) {
  const bool own = text.size() > 1 && text.size() <= 300 && text[0] == '/' && text[1] != '/' &&
                   text.find_first_not_of(
                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                       "0123456789/-_.") == std::string::npos;
  return own ? text : "/";
}

Answer show_login(Visit& visit, int status, const std::string& trouble) {
  std::string cookie = visit.ask.cookie(visit.gate.login_cookie_name());
  if (cookie.size() != 64) cookie = random_token();
  visit.who = {};
  visit.who.cookie = cookie;
  json::Value values;
  values.set("trouble", trouble);
  values.set("name", visit.ask.field("user"));
  values.set("next",
             next_of(status == 200 ? visit.ask.parameter("next") : visit.ask.field("next")));
  Answer answer = page(visit, "login", "Sign in", std::move(values), status);
  answer.headers.emplace_back("Set-Cookie",
                              visit.gate.set_cookie(visit.gate.login_cookie_name(), cookie));
  return answer;
}

void record(Visit& visit, const std::string& user, const std::string& role,
            const std::string& result) {
  visit.services.audit.record(
      {"", user, role, visit.gate.address_of(visit.ask), "login", "", "", result, ""});
}

LoginTry try_of(const Visit& visit, const std::string& name, std::int64_t changed_ms) {
  const auto cookie = visit.ask.cookie(visit.gate.device_cookie_name());
  return {name, visit.gate.address_of(visit.ask), visit.services.devices.id_of(cookie, name),
          changed_ms};
}

Answer refuse_locked(Visit& visit, std::int64_t seconds) {
  Answer answer = show_login(
      visit, 429,
      fmt::format("There were too many wrong passwords. Try again in {}. A new password from an "
                  "administrator works at once.",
                  span_text(seconds)));
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

Answer let_in(Visit& visit, const Account& account) {
  auto& services = visit.services;
  const auto tried = try_of(visit, account.name, account.changed_ms);
  services.throttle.succeeded(tried);
  record(visit, account.name, to_text(account.role), "ok");
  const std::string cookie = services.sessions.begin(account.name, account.role, false);
  Answer answer = redirect_to(next_of(visit.ask.field("next")));
  answer.headers.emplace_back("Set-Cookie",
                              visit.gate.set_cookie(visit.gate.session_cookie_name(), cookie));
  answer.headers.emplace_back("Set-Cookie",
                              visit.gate.set_cookie(visit.gate.login_cookie_name(), ""));
  if (tried.device.empty())
    answer.headers.emplace_back(
        "Set-Cookie", visit.gate.set_lasting_cookie(visit.gate.device_cookie_name(),
                                                    services.devices.cookie_for(account.name)));
  return answer;
}

Answer turn_away(Visit& visit, const LoginTry& tried) {
  auto& services = visit.services;
  const std::string& name = tried.account;
  services.throttle.failed(tried);
  const auto locked = services.throttle.locked_seconds(tried);
  record(visit, is_account_name(name) ? name : "(no name of an account)", "",
         locked > 0 ? "refused: wrong password, locked now" : "refused: wrong password");
  if (locked > 0) return refuse_locked(visit, locked);
  return show_login(visit, 401, "This name and password do not belong together.");
}

}  // namespace

Answer login_page(Visit& visit) {
  if (!visit.who.user.empty()) return redirect_to("/");
  return show_login(visit, 200, "");
}

Answer login(Visit& visit) {
  auto& services = visit.services;
  if (services.settings.proxy.sign_in) return redirect_to("/");
  if (!visit.gate.is_own_form(visit.ask, visit.ask.cookie(visit.gate.login_cookie_name())))
    return show_login(visit, 403, "The page was open too long. Please sign in again.");
  const std::string name = visit.ask.field("user").substr(0, 64);
  const auto account = services.accounts.find(name);
  const auto tried = try_of(visit, name, account ? account->changed_ms : 0);
  // a locked account costs nothing: no hash is made and no line of the trail is written
  if (const auto locked = services.throttle.locked_seconds(tried); locked > 0)
    return refuse_locked(visit, locked);
  const bool usable = account && !account->disabled;
  const auto password = visit.ask.form.find("password");
  const auto matches =
      services.passwords.matches(usable ? account->password_hash : "",
                                 password == visit.ask.form.end() ? "" : password->second);
  if (!matches) {
    core::log_warning("too many logins at once");
    return show_login(visit, 503, "Many people sign in just now. Please try again in a moment.");
  }
  return *matches ? let_in(visit, *account) : turn_away(visit, tried);
}

Answer logout(Visit& visit) {
  visit.services.sessions.end(visit.who.cookie);
  visit.services.audit.record(
      {"", visit.who.user, to_text(visit.who.role), visit.who.address, "logout", "", "", "ok", ""});
  const auto& proxy = visit.services.settings.proxy;
  const bool elsewhere = visit.who.by_proxy && !proxy.sign_out_url.empty();
  Answer answer = redirect_to(elsewhere ? proxy.sign_out_url : "/login");
  answer.headers.emplace_back("Set-Cookie",
                              visit.gate.set_cookie(visit.gate.session_cookie_name(), ""));
  visit.who.new_cookie.clear();
  return answer;
}

}  // namespace admin
