#include "admin/jenkins/jenkins.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace admin {

namespace {

using core::Error;
using core::ExitCode;

http::ClientOptions options_for(const JenkinsSettings& settings) {
  http::ClientOptions options;
  options.name = "jenkins";
  options.hosts = {settings.url};
  options.authentication = http::Basic{settings.user, settings.token};
  options.tls.ca_file = settings.ca_file;
  options.retries.attempts = 2;
  options.connect_timeout_ms = 5000;
  options.total_timeout_seconds = settings.timeout_seconds;
  options.response_limit_bytes = std::size_t{16} << 20;
  return options;
}

// Between the slashes that end a queue item's address; 0 when it is none.
std::int64_t queue_id_of(const std::string& location) {
  constexpr std::string_view kMark = "/queue/item/";
  const auto found = location.find(kMark);
  if (found == std::string::npos) return 0;
  std::int64_t id = 0;
  for (auto at = found + kMark.size();
       at < location.size() && location[at] >= '0' && location[at] <= '9' && id < 100'000'000'000;
       ++at)
    id = id * 10 + (location[at] - '0');
  return id;
}

[[noreturn]] void refuse(int status, const std::string& job) {
  if (status == 401 || status == 403)
    throw Error(ExitCode::kCredentials,
                fmt::format("Jenkins refuses the service's account to start {} ({})", job, status),
                "its API token has expired, or the account lacks Job/Build on this job");
  if (status == 404)
    throw Error(ExitCode::kNotFound, fmt::format("Jenkins has no job {}", job),
                "it is missing, or the service's account may not see it");
  if (status == 400)
    throw Error(ExitCode::kServiceError, fmt::format("job {} does not take parameters yet", job),
                "somebody must start it once by hand in Jenkins");
  if (status == 409)
    throw Error(ExitCode::kServiceError, fmt::format("job {} is disabled", job),
                "enable it in Jenkins");
  throw Error(ExitCode::kServiceError,
              fmt::format("Jenkins answered {} when asked to start {}", status, job),
              "look at Jenkins' own log");
}

std::string form_of(const std::map<std::string, std::string>& parameters) {
  std::string body;
  for (const auto& [name, value] : parameters)
    body += fmt::format("{}{}={}", body.empty() ? "" : "&", http::encode_part(name),
                        http::encode_part(value));
  return body;
}

Build build_of(const json::Value& value) {
  Build build;
  build.number = value.get_int("number");
  build.url = value.get_string("url");
  build.building = value.get_bool("building");
  build.result = value.get_string("result");
  build.description = value.get_string("description");
  return build;
}

bool has_request_id(const json::Value& item, const std::string& request_id) {
  const auto* actions = item.find("actions");
  if (actions == nullptr || !actions->is_array() || request_id.empty()) return false;
  for (const auto& action : actions->as_array()) {
    const auto* parameters = action.find("parameters");
    if (parameters == nullptr || !parameters->is_array()) continue;
    for (const auto& parameter : parameters->as_array())
      if (parameter.get_string("name") == "RequestId" &&
          parameter.get_string("value") == request_id)
        return true;
  }
  return false;
}

}  // namespace

Jenkins::Jenkins(const JenkinsSettings& settings, const core::CancelToken& cancel)
    : m_folder(settings.folder), m_client(options_for(settings), cancel) {}

std::string Jenkins::job_path(const std::string& job) const {
  std::string path;
  const std::string whole = m_folder.empty() ? job : m_folder + "/" + job;
  for (std::size_t begin = 0; begin < whole.size();) {
    const auto end = std::min(whole.find('/', begin), whole.size());
    path += "/job/" + http::encode_part(whole.substr(begin, end - begin));
    begin = end + 1;
  }
  return path;
}

std::int64_t Jenkins::trigger(const std::string& job,
                              const std::map<std::string, std::string>& parameters) {
  const std::string body = form_of(parameters);
  http::Request request;
  request.method = "POST";
  request.url = job_path(job) + "/buildWithParameters";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = body;
  const auto answer = m_client.send(request);
  // 303: an equal request waits already, which only our own RequestId can have made
  if (answer.status == 201 || answer.status == 303) return queue_id_of(answer.header("Location"));
  // a proxy in front of it gave up: Jenkins itself may have taken the request
  if (answer.status == 502 || answer.status == 503 || answer.status == 504)
    throw Error(ExitCode::kUnreachable,
                fmt::format("Jenkins is not ready (answer {})", answer.status),
                "it may be starting");
  refuse(answer.status, job);
}

json::Value Jenkins::get(const std::string& path) {
  http::Request request;
  request.url = path;
  const auto answer = m_client.send(request);
  if (answer.status == 404) throw Error(ExitCode::kNotFound, "Jenkins does not know " + path, "");
  http::require_ok(answer, "asking Jenkins");
  return json::parse(answer.body, "the answer of Jenkins");
}

QueueItem Jenkins::queue_item(std::int64_t id) {
  QueueItem item;
  try {
    const auto value = get(fmt::format("/queue/item/{}/api/json", id));
    item.cancelled = value.get_bool("cancelled");
    item.why = value.get_string("why");
    if (const auto* build = value.find("executable"); build != nullptr && build->is_object()) {
      item.build_number = build->get_int("number");
      item.build_url = build->get_string("url");
    }
  } catch (const Error& error) {
    if (error.code() != ExitCode::kNotFound) throw;
    item.gone = true;
  }
  return item;
}

std::optional<Build> Jenkins::find_build(const std::string& job, std::int64_t queue_id,
                                         const std::string& request_id) {
  const auto value = get(job_path(job) +
                         "/api/json?tree=builds%5Bnumber,url,queueId,building,result,description,"
                         "actions%5Bparameters%5Bname,value%5D%5D%5D%7B0,100%7D");
  const auto* builds = value.find("builds");
  if (builds == nullptr || !builds->is_array()) return std::nullopt;
  for (const auto& build : builds->as_array())
    if ((queue_id != 0 && build.get_int("queueId") == queue_id) ||
        has_request_id(build, request_id))
      return build_of(build);
  return std::nullopt;
}

std::int64_t Jenkins::find_queued(const std::string& request_id) {
  const auto value =
      get("/queue/api/json?tree=items%5Bid,actions%5Bparameters%5Bname,value%5D%5D%5D");
  const auto* items = value.find("items");
  if (items == nullptr || !items->is_array()) return 0;
  for (const auto& item : items->as_array())
    if (has_request_id(item, request_id)) return item.get_int("id");
  return 0;
}

Build Jenkins::build(const std::string& job, std::int64_t number) {
  return build_of(get(fmt::format("{}/{}/api/json?tree=number,url,building,result,description",
                                  job_path(job), number)));
}

}  // namespace admin
