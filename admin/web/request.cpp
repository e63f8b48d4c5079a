#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "admin/view/compare.hpp"
#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"

namespace admin {

namespace {

// How a step begins that is refused because of another one.
constexpr const char* kOneAtATime = "another operation is running";

std::string done_text(const JobRequest& request) {
  if (request.action == "pin") return "The archive stays until somebody unpins it.";
  if (request.action == "clear-up")
    return "What the build left behind is cleared up, if it has ended. The overview shows the "
           "state "
           "of the environment.";
  if (request.action == "unpin") return "The retention policy decides about the archive again.";
  return "The archive was read from end to end and is as it was made.";
}

std::string title_of(const JobRequest& request) {
  if (request.action == "backup") return "Backup";
  if (request.action == "restore") return "Restore";
  if (request.action == "undo") return "Undo of the last restore";
  if (request.action == "pin") return "Pin an archive";
  if (request.action == "unpin") return "Unpin an archive";
  if (request.action == "clear-up") return "Check and clear up";
  return "Verify an archive";
}

std::string parameter(const JobRequest& request, const std::string& name) {
  const auto found = request.parameters.find(name);
  return found == request.parameters.end() ? "" : found->second;
}

// {"mysql"} for "mysql: its reason; ...".
std::set<std::string> names_in(const std::string& exceptions) {
  std::set<std::string> names;
  for (std::size_t begin = 0; begin < exceptions.size();) {
    const auto end = std::min(exceptions.find("; ", begin), exceptions.size());
    names.insert(exceptions.substr(begin, exceptions.find(':', begin) - begin));
    begin = end + 2;
  }
  return names;
}

// What the build says of itself, without the words that it was asked with: those stand on the page.
std::string news_of(const JobRequest& request) {
  std::string text = request.description;
  const auto drop = [&](const std::string& words) {
    if (!words.empty() && text.rfind(words, 0) == 0) text.erase(0, words.size());
  };
  if (const auto archive = parameter(request, "BackupId"); !archive.empty())
    drop("restore of " + archive + ": ");
  const auto asked = parameter(request, "Description");
  drop(text == asked ? asked : asked + "; ");
  return text;
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
  std::string text = news_of(request);
  if (text.empty() && operation != nullptr) text = operation->error;
  if (text.empty()) text = request.message.empty() ? "The build says no more." : request.message;
  const bool began = operation != nullptr;
  const bool stopped = request.result == "ABORTED";
  if (!began && text.rfind(kOneAtATime, 0) == 0) {
    values.set("technical", text);
    text =
        "Another backup or restore was running, and only one can run at a time. Nothing was "
        "changed. "
        "The overview shows when it has ended: then start yours again.";
  }
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
  if (request.action == "backup" && visit.view() != nullptr && !visit.view()->archives.empty())
    values.set("bring_back", true);
  values.set("harmless", visit.view() != nullptr && !visit.view()->closed());
}

// Which parts the restore put back and proved, by their names: a step `prove` that succeeded
// compared every part that the archive holds, but for those that were left out.
void add_proof(const Visit& visit, const JobRequest& request, json::Value& values) {
  const auto* archive =
      visit.view() == nullptr ? nullptr : visit.view()->find(parameter(request, "BackupId"));
  if (archive == nullptr) return;
  const auto skipped = names_in(parameter(request, "SkipResources"));
  std::string proved;
  std::string left_out;
  for (const auto& resource : archive->resources) {
    const bool out = !resource.absent.empty() || skipped.count(resource.name) > 0;
    std::string& list = out ? left_out : proved;
    list += (list.empty() ? "" : ", ") + title_of_resource(resource.name);
    if (resource.name == "deployment" && !out) values.set("has_deployment", true);
  }
  values.set("proved", proved);
  values.set("left_out", left_out);
}

void say_restored(const Visit& visit, const JobRequest& request, json::Value& values) {
  const bool undo = request.action == "undo";
  say(values, "good", undo ? "The restore is undone" : "The restore is done",
      "All that the archive holds was put back, read again and compared with it: it is equal. The "
      "state before is kept in a safety archive: the overview has a button to go back to it.");
  add_proof(visit, request, values);
}

void say_ended(const Visit& visit, const JobRequest& request, json::Value& values) {
  if (request.result != "SUCCESS") return say_ended_badly(visit, request, values);
  if (request.action == "backup")
    say(values, "good", "The backup is done",
        "It was read again after it was made, so you can rely on it.");
  else if (request.action == "restore" || request.action == "undo")
    say_restored(visit, request, values);
  else
    say(values, "good", "Done", done_text(request));
  if (operation_of(visit, request) == nullptr && request.job != "manage-archive")
    values.set("news", news_of(request));
}

void say_state(const Visit& visit, const JobRequest& request, json::Value& values) {
  switch (request.state) {
    case RequestState::kSending:
      return say_sending(request, values);
    case RequestState::kQueued:
      return say(values, "busy", "Waiting for Jenkins to begin",
                 request.message.empty()     ? "It is in the queue."
                 : request.technical.empty() ? request.message
                                             : request.message +
                                                   ". The request is in its queue: it begins "
                                                   "without this page.");
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

void add_words(const Visit& visit, const JobRequest& request, json::Value& values) {
  const auto asked = parameter(request, request.action == "pin" ? "Reason" : "Description");
  values.set("reason", asked_of(visit, asked, visit.services.settings.jenkins.user).words);
  values.set("target", archive_link(visit, parameter(request, "BackupId")));
  values.set("target_word",
             request.job == "restore-environment" ? "What was to come back" : "Archive");
  if (const auto* operation = operation_of(visit, request); operation != nullptr) {
    values.set("made", archive_link(visit, operation->snapshot_archive));
    values.set("made_word", request.action == "backup" ? "New archive" : "Safety archive");
  }
  if (!request.technical.empty()) values.set("technical", request.technical);
}

json::Value request_values(const Visit& visit, const JobRequest& request) {
  json::Value values;
  say_state(visit, request, values);
  add_operation(visit, request, values);
  values.set("title", title_of(request));
  values.set("user", request.user);
  values.set("created", time_value(request.created_ms, visit.now_ms));
  add_words(visit, request, values);
  if (is_link(request.build_url)) values.set("build_url", request.build_url);
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
