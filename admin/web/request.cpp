#include <fmt/format.h>

#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"

namespace admin {

namespace {

std::string title_of(const JobRequest& request) {
  if (request.action == "backup") return "Backup";
  if (request.action == "restore") return "Restore";
  if (request.action == "undo") return "Undo of the last restore";
  if (request.action == "pin") return "Pin an archive";
  if (request.action == "unpin") return "Unpin an archive";
  return "Verify an archive";
}

// The operation that this request became, running or ended; null: none that the view knows.
const OperationView* operation_of(const Visit& visit, const JobRequest& request) {
  if (visit.view() == nullptr) return nullptr;
  for (const auto* operation : {&visit.view()->operation, &visit.view()->last_operation})
    if (*operation && (*operation)->request_id == request.id) return &**operation;
  return nullptr;
}

void say(json::Value& values, const char* tone, const std::string& headline,
         const std::string& text) {
  values.set("tone", tone);
  values.set("headline", headline);
  values.set("text", text);
}

void say_sending(const JobRequest& request, json::Value& values) {
  say(values, "attention", "Asking Jenkins…",
      request.message.empty()
          ? "It has not answered yet. This page looks by itself whether it took the request."
          : request.message +
                ". Perhaps it took the request, perhaps not. This page looks by "
                "itself. Sending it again is safe: it cannot run twice.");
  values.set("may_send_again", !request.message.empty());
}

void say_ended_badly(const Visit& visit, const JobRequest& request, json::Value& values) {
  const auto* operation = operation_of(visit, request);
  std::string text = request.description;
  if (text.empty() && operation != nullptr) text = operation->error;
  if (text.empty()) text = request.message.empty() ? "The build says no more." : request.message;
  const bool began = operation != nullptr;
  const bool stopped = request.result == "ABORTED";
  if (visit.view() != nullptr && visit.view()->closed())
    say(values, "bad", stopped ? "It was stopped" : "It did not succeed",
        text + " Users stay out for now; the overview shows the two ways out.");
  else if (began && operation->ended_as == "rolled_back")
    say(values, "bad", "It failed, and the state before it was put back", text);
  else
    say(values, "bad",
        stopped ? "It was stopped"
        : began ? "It did not succeed"
                : "It was refused",
        text);
  values.set("harmless", visit.view() != nullptr && !visit.view()->closed());
}

void say_ended(const Visit& visit, const JobRequest& request, json::Value& values) {
  if (request.result != "SUCCESS") return say_ended_badly(visit, request, values);
  if (request.action == "backup")
    say(values, "good", "The backup is done",
        "It was read again after it was made, so you can rely on it. " + request.description);
  else if (request.action == "restore" || request.action == "undo")
    say(values, "good", request.action == "undo" ? "The restore is undone" : "The restore is done",
        "Everything was compared with the archive and is equal. The state before it is kept in a "
        "safety archive: the overview has a button to go back. " +
            request.description);
  else
    say(values, "good", "Done", request.description);
}

void say_state(const Visit& visit, const JobRequest& request, json::Value& values) {
  switch (request.state) {
    case RequestState::kSending:
      return say_sending(request, values);
    case RequestState::kQueued:
      return say(values, "busy", "Waiting for Jenkins to begin",
                 request.message.empty() ? "It is in the queue." : request.message);
    case RequestState::kBuilding:
      return say(
          values, "busy", title_of(request) + " is running",
          request.message.empty()
              ? "You can close this page: it goes on by itself, and this address shows it again."
              : request.message + ". It goes on even while Jenkins cannot be asked.");
    case RequestState::kCancelled:
      return say(values, "bad", "It did not begin", request.message + ". Nothing was changed.");
    case RequestState::kRejected:
      return say(values, "bad", "Jenkins did not take it",
                 request.message + ". Nothing was changed.");
    case RequestState::kEnded:
      return say_ended(visit, request, values);
  }
}

// A build may have waited for the view that its last step wrote: an operation that ended is no
// news.
void add_operation(const Visit& visit, const JobRequest& request, json::Value& values) {
  if (!request.open() || visit.view() == nullptr) return;
  if (const auto& running = visit.view()->operation; running && running->request_id == request.id)
    values.set("running", operation_values(visit, *running));
}

json::Value request_values(const Visit& visit, const JobRequest& request) {
  json::Value values;
  say_state(visit, request, values);
  add_operation(visit, request, values);
  values.set("title", title_of(request));
  values.set("user", request.user);
  values.set("created", time_value(request.created_ms, visit.now_ms));
  const auto archive = request.parameters.find("BackupId");
  values.set("backup_id", archive == request.parameters.end() ? "" : archive->second);
  if (request.build_url.rfind("http", 0) == 0) values.set("build_url", request.build_url);
  values.set("build_number", request.build_number == 0 ? json::Value() : request.build_number);
  values.set("open", request.open());
  values.set("key", to_text(request.state));
  values.set("id", request.id);
  return values;
}

std::optional<JobRequest> wanted(const Visit& visit) {
  auto request = visit.services.requests.find(visit.args.at("id"));
  if (request && request->environment != visit.environment()) request.reset();
  return request;
}

Answer no_request(Visit& visit) {
  return message_page(visit, 404, "There is no such request",
                      "The overview shows what is running.");
}

}  // namespace

Answer request_page(Visit& visit) {
  const auto request = wanted(visit);
  if (!request) return no_request(visit);
  json::Value values;
  values.set("status", request_values(visit, *request));
  values.set("live_href", visit.base() + "/requests/" + request->id + "/live");
  values.set("refresh", request->open());
  return page(visit, "request", title_of(*request), std::move(values));
}

Answer request_live(Visit& visit) {
  const auto request = wanted(visit);
  if (!request) return no_request(visit);
  json::Value values;
  values.set("status", request_values(visit, *request));
  return fragment(visit, "status", std::move(values));
}

Answer send_request_again(Visit& visit) {
  const auto request = wanted(visit);
  if (!request) return no_request(visit);
  visit.services.follower.send_again(request->id);
  return redirect_to(visit.base() + "/requests/" + request->id);
}

}  // namespace admin
