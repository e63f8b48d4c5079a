#include "admin/web/visit.hpp"

#include "admin/embedded.hpp"
#include "admin/web/templates.hpp"
#include "admin/web/words.hpp"
#include "core/sha256.hpp"

namespace admin {

namespace {

// The version of a file stands in its address, so browsers may keep it for ever.
std::string asset_path(std::string_view name) {
  return "/assets/" + core::sha256_hex(embedded::text(name)).substr(0, 12) + "/" +
         std::string(name);
}

void add_frame(const Visit& visit, json::Value& values) {
  static const std::string style = asset_path("style.css");
  static const std::string script = asset_path("live.js");
  static const std::string icon = asset_path("icon.svg");
  values.set("style", style);
  values.set("script", script);
  values.set("icon", icon);
  values.set("user", visit.who.user);
  values.set("is_operator", visit.who.is_operator());
  values.set("role", to_text(visit.who.role));
  values.set("may_sign_out",
             !visit.who.by_proxy || !visit.services.settings.proxy.sign_out_url.empty());
  values.set("form_token", visit.services.form_tokens.token_for(visit.who.cookie));
  values.set("environment", visit.environment());
  values.set("base", visit.environment().empty() ? "" : visit.base());
  values.set("several", visit.services.settings.environments.size() > 1);
}

void add_age(const Visit& visit, json::Value& values) {
  if (visit.view() != nullptr)
    values.set("published", time_value(visit.view()->published_ms, visit.now_ms));
  if (!visit.seen.problem.empty()) values.set("view_problem", visit.seen.problem);
}

}  // namespace

std::string Visit::environment() const {
  const auto found = args.find("environment");
  return found == args.end() ? "" : found->second;
}

Answer page(const Visit& visit, const std::string& name, const std::string& title,
            json::Value values, int status) {
  add_frame(visit, values);
  add_age(visit, values);
  json::Value frame = values;
  frame.set("body", render(name, values));
  frame.set("title", title);
  frame.set("at_" + name, true);
  Answer answer;
  answer.status = status;
  answer.body = render("layout", frame);
  return answer;
}

Answer fragment(const Visit& visit, const std::string& name, json::Value values) {
  add_frame(visit, values);
  Answer answer;
  answer.body = render(name, values);
  const std::string tag = '"' + core::sha256_hex(answer.body).substr(0, 20) + '"';
  answer.headers = {{"ETag", tag}};
  if (visit.ask.header("if-none-match").find(tag) != std::string::npos) {
    answer.status = 304;
    answer.body.clear();
  }
  return answer;
}

Answer message_page(const Visit& visit, int status, const std::string& title,
                    const std::string& text) {
  json::Value values;
  values.set("message_title", title);
  values.set("message_text", text);
  return page(visit, "message", title, std::move(values), status);
}

Answer no_view(const Visit& visit) {
  return message_page(
      visit, 503, "Nothing is known about " + visit.environment() + " yet",
      "The backup steps publish what they know whenever they run, and none has done "
      "so here. " +
          visit.seen.problem);
}

}  // namespace admin
