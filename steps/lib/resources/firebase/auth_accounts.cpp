#include "resources/firebase/auth_accounts.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "json/ranges.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

using core::Error;
using core::ExitCode;

namespace {

constexpr std::size_t kMostNamed = 20;

// Every user that an answer names, with the reason; Google gives indices into the request.
[[noreturn]] void refuse(const std::string& what, const std::vector<std::string>& users) {
  std::string list;
  for (std::size_t i = 0; i < std::min(users.size(), kMostNamed); ++i) list += "\n  " + users[i];
  if (users.size() > kMostNamed) list += fmt::format("\n  and {} more", users.size() - kMostNamed);
  throw Error(ExitCode::kServiceError, fmt::format("{} users {}:{}", users.size(), what, list),
              "see the reason behind each; then run the same again");
}

}  // namespace

Accounts::Accounts(std::shared_ptr<google::Service> service, std::string project,
                   std::string tenant)
    : m_service(std::move(service)), m_project(std::move(project)), m_tenant(std::move(tenant)) {}

std::string Accounts::title() const {
  return m_tenant.empty() ? "project " + m_project : "tenant " + m_tenant;
}

std::string Accounts::path(const std::string& verb) const {
  const auto tenant = m_tenant.empty() ? "" : "/tenants/" + http::encode_part(m_tenant);
  return "/v1/projects/" + http::encode_part(m_project) + tenant + "/accounts:" + verb;
}

std::string Accounts::read_page(const std::string& token, const OnUser& take, std::size_t& users) {
  auto url = path(fmt::format("batchGet?maxResults={}", kMost));
  if (!token.empty()) url += "&nextPageToken=" + http::encode_part(token);
  const auto body = m_service->call("GET", url, {}, "reading the users of " + title());
  users = 0;
  if (const auto list = json::find_member(body, "users"))
    for (const auto user : json::elements_of(*list)) {
      take(user);
      ++users;
    }
  const auto next = json::find_member(body, "nextPageToken");
  return users > 0 && next ? json::decode_string(*next) : "";
}

void Accounts::read(const OnUser& take) {
  std::string token;
  std::size_t users = 0;
  do {
    token = read_page(token, take, users);
  } while (!token.empty());
}

std::size_t Accounts::read_first(const OnUser& take) {
  std::size_t users = 0;
  read_page("", take, users);
  return users;
}

std::uint64_t Accounts::count() {
  try {
    const auto answer =
        json::parse(m_service->call("POST", path("query"), R"({"returnUserInfo":false})",
                                    "counting the users of " + title()),
                    "the answer of Identity Toolkit");
    return std::stoull("0" + answer.get_string("recordsCount"));
  } catch (const Error& error) {
    core::log_debug(error.what());
    return 0;
  }
}

void Accounts::upload(const std::vector<std::string_view>& users,
                      const HashParameters& parameters) {
  auto head = to_request(parameters);
  head.set("allowOverwrite", true);
  if (!m_tenant.empty()) head.set("tenantId", m_tenant);
  auto body = json::dump(head);
  body.back() = ',';
  body += "\"users\":[";
  for (const auto user : users) {
    body += user;
    body += ',';
  }
  body.back() = ']';
  body += '}';
  const auto answer =
      json::parse(m_service->call("POST", path("batchCreate"), body, "writing users of " + title()),
                  "the answer of Identity Toolkit");
  const auto* errors = answer.find("error");
  if (errors == nullptr || errors->as_array().empty()) return;
  std::vector<std::string> refused;
  for (const auto& error : errors->as_array()) {
    const auto index = error.get_uint("index");
    const auto id = index < users.size()
                        ? json::decode_string(json::member(users[index], "localId"))
                        : fmt::format("number {}", index);
    refused.push_back(id + ": " + error.get_string("message"));
  }
  refuse("of " + title() + " were refused", refused);
}

void Accounts::remove(const std::vector<std::string>& ids) {
  json::Value list = json::Value::array();
  for (const auto& id : ids) list.push_back(id);
  json::Value body;
  body.set("localIds", std::move(list));
  body.set("force", true);
  const auto answer =
      m_service->post_json(path("batchDelete"), body, "removing users of " + title());
  const auto* errors = answer.find("errors");
  if (errors == nullptr || errors->is_null() || errors->as_array().empty()) return;
  std::vector<std::string> left;
  for (const auto& error : errors->as_array())
    left.push_back(error.get_string("localId") + ": " + error.get_string("message"));
  refuse("of " + title() + " could not be removed", left);
}

// A request without users is refused for that, if not for want of rights before.
void Accounts::require_writable() {
  http::Request request;
  request.method = "POST";
  request.url = path("batchCreate");
  request.body = R"({"users":[]})";
  request.retryable = true;
  request.headers.emplace_back("Content-Type", "application/json");
  const auto response = m_service->send(request);
  if (response.status != 400) google::require(response, "asking for the right to write users");
}

json::Value Accounts::hash_config() {
  http::Request request;
  request.url = "/v2/projects/" + http::encode_part(m_project) +
                (m_tenant.empty() ? "/config" : "/tenants/" + http::encode_part(m_tenant));
  const auto response = m_service->send(request);
  if (!response.ok()) return {};
  const auto config = json::parse(response.body, "the configuration of " + title());
  const auto* sign_in = config.find("signIn");
  const auto* own = sign_in == nullptr ? config.find("hashConfig") : sign_in->find("hashConfig");
  return own == nullptr ? json::Value() : *own;
}

std::vector<std::shared_ptr<Accounts>> open_accounts(const Settings& settings,
                                                     const core::CancelToken& cancel) {
  const auto project = project_of(settings, cancel);
  const auto& section = settings.section.at(kAuth);
  google::ServiceOptions options;
  options.name = kAuth;
  options.address = section.at("endpoint").as_string();
  const auto service =
      std::make_shared<google::Service>(std::move(options), project.tokens, cancel);
  auto tenants = section.get_strings("tenants");
  if (tenants.empty()) tenants.emplace_back();
  std::vector<std::shared_ptr<Accounts>> accounts;
  for (const auto& tenant : tenants)
    accounts.push_back(std::make_shared<Accounts>(service, project.id, tenant));
  return accounts;
}

HashParameters hash_parameters_of(const Settings& settings) {
  return parse_hash_parameters(settings.secret(settings.section.at(kAuth).at("hash_parameters")));
}

}  // namespace resources::firebase
