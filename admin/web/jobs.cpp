#include "admin/web/jobs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"
#include "core/ids.hpp"

namespace admin {

namespace {

constexpr std::size_t kLongestText = 500;

Answer show_backup(Visit& visit, int status, const std::string& trouble) {
  json::Value values;
  const std::string id = visit.ask.field("request_id");
  values.set("request_id", is_request_id(id) ? id : core::random_hex(16));
  values.set("description", visit.ask.field("description"));
  values.set("trouble", trouble);
  if (visit.view() != nullptr && visit.view()->operation)
    values.set("running", operation_values(visit, *visit.view()->operation));
  values.set("closed", visit.view() != nullptr && visit.view()->closed());
  return page(visit, "backup", "Back up now", std::move(values), status);
}

}  // namespace

std::string text_trouble(const std::string& text) {
  if (character_count(text) > kLongestText)
    return "This is too long: please use at most 500 characters.";
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') ||
           c == '\x7f';
  });
  return control ? "This holds characters that cannot be shown." : "";
}

std::string signed_description(const Visit& visit, const std::string& text) {
  return text.empty() ? "asked for by " + visit.who.user
                      : fmt::format("{} (asked for by {})", text, visit.who.user);
}

Answer start_job(Visit& visit, const Job& job) {
  const std::string id = visit.ask.field("request_id");
  if (!is_request_id(id))
    return message_page(visit, 400, "Nothing was done", "Open the page again and repeat it.");
  JobRequest request;
  request.id = id;
  request.environment = visit.environment();
  request.action = job.action;
  request.job = job.name;
  request.parameters = job.parameters;
  request.parameters["Environment"] = visit.environment();
  request.parameters["RequestId"] = id;
  request.user = visit.who.user;
  request.role = to_text(visit.who.role);
  request.address = visit.who.address;
  if (const auto known = visit.services.requests.find(id);
      known && (known->job != request.job || known->parameters != request.parameters))
    return message_page(
        visit, 409, "Nothing was done",
        "This form was sent before with different content. Open the page again to send "
        "new ones.");
  visit.services.follower.start(request);
  return redirect_to(visit.base() + "/requests/" + id);
}

Answer backup_page(Visit& visit) {
  return show_backup(visit, 200, "");
}

Answer start_backup(Visit& visit) {
  const std::string description = visit.ask.field("description");
  if (const auto trouble = text_trouble(description); !trouble.empty())
    return show_backup(visit, 422, trouble);
  return start_job(
      visit,
      {"backup", "backup-environment", {{"Description", signed_description(visit, description)}}});
}

// The job asks whether the build has ended before it touches anything, so starting it is harmless.
Answer start_clear_up(Visit& visit) {
  return start_job(visit, {"clear-up", "reconcile-environment", {}});
}

Answer manage_archive(Visit& visit) {
  const std::string action = visit.ask.field("action");
  const std::string reason = visit.ask.field("reason");
  if (visit.view() == nullptr) return no_view(visit);
  if (visit.view()->find(visit.args.at("id")) == nullptr ||
      (action != "pin" && action != "unpin" && action != "verify"))
    return message_page(visit, 404, "Nothing was done", "There is no such archive any more.");
  if (action == "pin" && reason.empty())
    return message_page(
        visit, 422, "Nothing was done",
        "Please say why the archive must stay: whoever wonders later will be glad.");
  if (const auto trouble = text_trouble(reason); !trouble.empty())
    return message_page(visit, 422, "Nothing was done", trouble);
  return start_job(visit,
                   {action,
                    "manage-archive",
                    {{"BackupId", visit.args.at("id")},
                     {"Action", action},
                     {"Reason", action == "verify" ? "" : signed_description(visit, reason)}}});
}

}  // namespace admin
