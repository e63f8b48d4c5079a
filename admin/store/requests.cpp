#include "admin/store/requests.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/unique_fd.hpp"
#include "json/value.hpp"

namespace admin {

namespace {

constexpr std::int64_t kKeptMs = std::int64_t{90} * 24 * 3600 * 1000;

constexpr std::array kStates{std::pair{RequestState::kSending, "sending"},
                             std::pair{RequestState::kQueued, "queued"},
                             std::pair{RequestState::kBuilding, "building"},
                             std::pair{RequestState::kEnded, "ended"},
                             std::pair{RequestState::kCancelled, "cancelled"},
                             std::pair{RequestState::kRejected, "rejected"}};

constexpr std::pair<const char*, std::string JobRequest::*> kTexts[]{
    {"id", &JobRequest::id},           {"environment", &JobRequest::environment},
    {"action", &JobRequest::action},   {"job", &JobRequest::job},
    {"user", &JobRequest::user},       {"role", &JobRequest::role},
    {"address", &JobRequest::address}, {"build_url", &JobRequest::build_url},
    {"result", &JobRequest::result},   {"description", &JobRequest::description},
    {"message", &JobRequest::message}, {"technical", &JobRequest::technical}};

constexpr std::pair<const char*, std::int64_t JobRequest::*> kNumbers[]{
    {"created_ms", &JobRequest::created_ms},
    {"changed_ms", &JobRequest::changed_ms},
    {"queue_id", &JobRequest::queue_id},
    {"build_number", &JobRequest::build_number}};

json::Value to_json(const JobRequest& request) {
  json::Value value;
  for (const auto& [name, field] : kTexts) value.set(name, request.*field);
  for (const auto& [name, field] : kNumbers) value.set(name, request.*field);
  value.set("state", to_text(request.state));
  json::Value parameters = json::Value::object();
  for (const auto& [name, text] : request.parameters) parameters.set(name, text);
  value.set("parameters", std::move(parameters));
  return value;
}

JobRequest from_json(const json::Value& value) {
  JobRequest request;
  for (const auto& [name, field] : kTexts) request.*field = value.get_string(name);
  for (const auto& [name, field] : kNumbers) request.*field = value.get_int(name);
  for (const auto& [state, text] : kStates)
    if (value.get_string("state") == text) request.state = state;
  for (const auto& [name, text] : value.at("parameters").as_object())
    request.parameters[name] = text.as_string();
  return request;
}

}  // namespace

std::string to_text(RequestState state) {
  for (const auto& [known, text] : kStates)
    if (known == state) return text;
  return "";
}

bool is_request_id(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Requests::Requests(const std::string& data_folder, std::int64_t now_ms)
    : m_folder(data_folder + "/requests") {
  std::filesystem::create_directories(m_folder);
  std::filesystem::permissions(m_folder, std::filesystem::perms::owner_all);
  for (const auto& entry : std::filesystem::directory_iterator(m_folder))
    load(entry.path().string(), now_ms - kKeptMs);
}

void Requests::load(const std::string& path, std::int64_t oldest_ms) {
  if (path.find(core::kTemporaryMark) != std::string::npos) {
    std::filesystem::remove(path);
    return;
  }
  try {
    auto request = from_json(json::parse(core::read_file(path), path));
    if (request.created_ms < oldest_ms && !request.open())
      std::filesystem::remove(path);
    else if (is_request_id(request.id))
      m_requests.emplace(request.id, std::move(request));
  } catch (const core::Error& error) {
    core::log_warning("a request cannot be read and is left out: " + std::string(error.what()));
  }
}

std::string Requests::path_of(const std::string& id) const {
  return m_folder + "/" + id + ".json";
}

bool Requests::create(const JobRequest& request) {
  const std::lock_guard lock(m_mutex);
  if (m_requests.count(request.id) > 0) return false;
  core::write_file_atomically(path_of(request.id), json::dump_pretty(to_json(request)));
  m_requests.emplace(request.id, request);
  return true;
}

void Requests::save(const JobRequest& request) {
  const std::lock_guard lock(m_mutex);
  core::write_file_atomically(path_of(request.id), json::dump_pretty(to_json(request)));
  m_requests[request.id] = request;
}

std::optional<JobRequest> Requests::find(const std::string& id) const {
  const std::lock_guard lock(m_mutex);
  const auto found = m_requests.find(id);
  return found == m_requests.end() ? std::nullopt : std::optional(found->second);
}

std::vector<JobRequest> Requests::open() const {
  const std::lock_guard lock(m_mutex);
  std::vector<JobRequest> found;
  for (const auto& [id, request] : m_requests)
    if (request.open()) found.push_back(request);
  return found;
}

std::vector<JobRequest> Requests::of(const std::string& environment, std::size_t count) const {
  const std::lock_guard lock(m_mutex);
  std::vector<JobRequest> found;
  for (const auto& [id, request] : m_requests)
    if (request.environment == environment) found.push_back(request);
  const auto newer = [](const JobRequest& left, const JobRequest& right) {
    return left.created_ms > right.created_ms;
  };
  std::sort(found.begin(), found.end(), newer);
  if (found.size() > count) found.resize(count);
  return found;
}

}  // namespace admin
