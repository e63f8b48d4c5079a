#include "resources/elasticsearch/cluster.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "http/retry.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr std::size_t kShownBytes = 300;

http::Authentication authentication_of(const Settings& settings) {
  const auto& section = settings.section;
  if (const auto* key = section.find("api_key")) return http::ApiKey{settings.secret(*key)};
  const std::string username = section.get_string("username");
  if (username.empty()) return http::NoAuth{};
  const auto* password = section.find("password");
  return http::Basic{username, password == nullptr ? "" : settings.secret(*password)};
}

http::ClientOptions options_of(const Settings& settings, const Patience& patience) {
  http::ClientOptions options;
  options.name = "elasticsearch";
  options.hosts = settings.section.get_strings("urls");
  for (auto& host : options.hosts)
    while (!host.empty() && host.back() == '/') host.pop_back();
  options.authentication = authentication_of(settings);
  options.tls.ca_file = settings.section.get_string("ca_file");
  options.compressed = false;  // the servers' deflate costs more than the bytes on a near network
  options.retries = patience.retries;
  options.idle_timeout_seconds = patience.idle_timeout_seconds;
  return options;
}

std::string shortened(std::string text) {
  if (text.size() > kShownBytes) text.resize(kShownBytes);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0) text.pop_back();
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

}  // namespace

std::string reason_of(const std::string& body) {
  try {
    const auto answer = json::parse(body, "error");
    const json::Value* error = answer.find("error");
    if (error != nullptr && error->is_string()) return shortened(error->as_string());
    if (error == nullptr) return shortened(body);
    const json::Value* deepest = error;
    while (const auto* cause = deepest->find("caused_by")) deepest = cause;
    auto text = error->get_string("type") + ": " + error->get_string("reason");
    if (deepest != error) text += " (" + deepest->get_string("reason") + ")";
    return shortened(std::move(text));
  } catch (const Error&) {
    return shortened(body);
  }
}

bool is_disk_full(std::string_view text) {
  return text.find("read-only-allow-delete") != std::string_view::npos ||
         text.find("flood-stage") != std::string_view::npos ||
         text.find("No space left") != std::string_view::npos;
}

void require(const http::Response& response, const std::string& what) {
  if (response.ok()) return;
  const auto message = fmt::format("{}: {} answered {}: {}", what, response.url, response.status,
                                   reason_of(response.body));
  if (is_disk_full(response.body))
    throw Error(ExitCode::kStorage, message,
                "free space on the disks of the server, then run the same again");
  const bool blocked = response.body.find("cluster_block_exception") != std::string::npos;
  if (response.status == 401 || (response.status == 403 && !blocked))
    throw Error(ExitCode::kCredentials, message,
                "check username, password or api_key, and the rights of that account");
  if (blocked)
    throw Error(ExitCode::kServiceError, message,
                "take the block away (cluster.blocks.* or index.blocks.*, see _cluster/settings), "
                "then run the same again");
  throw Error(
      ExitCode::kServiceError, message,
      http::is_passing_status(response.status) ? kBusyHint : "look at the log of the server");
}

std::string path_of(const std::string& index, const std::string& rest) {
  return "/" + http::encode_part(index) + rest;
}

Cluster::Cluster(const Settings& settings, const core::CancelToken& cancel,
                 const Patience& patience)
    : m_clients(options_of(settings, patience), cancel) {}

std::string Cluster::ask(const std::string& method, const std::string& path, std::string_view body,
                         const std::string& what, bool repeatable) {
  http::Request request;
  request.method = method;
  request.url = path;
  request.body = body;
  request.retryable = repeatable;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  auto response = send(request);
  require(response, what);
  return std::move(response.body);
}

json::Value Cluster::get_json(const std::string& path, const std::string& what) {
  return json::parse(get(path, what), what);
}

std::optional<std::string> Cluster::get_if_there(const std::string& path, const std::string& what) {
  http::Request request;
  request.url = path;
  auto response = send(request);
  const auto& body = response.body;
  const bool lacks = response.status == 405 ||
                     (response.status == 400 && (body.find("no handler found") != body.npos ||
                                                 body.find("invalid_index_name") != body.npos));
  if (response.status == 404 || lacks) return std::nullopt;
  require(response, what);
  return std::move(response.body);
}

// The slim build of Elasticsearch has no GET /, an account of an application may not list nodes.
void Cluster::identify() {
  if (const auto root = get_if_there("/", "asking for the version")) {
    const auto version = json::parse(*root, "asking for the version").at("version");
    m_version = version.get_string("number");
    if (version.get_string("distribution") == "opensearch") m_flavour = Flavour::kOpensearch;
    return;
  }
  const auto nodes =
      get_json("/_nodes?filter_path=nodes.*.version", "asking for the version of the nodes");
  for (const auto& [id, node] : nodes.at("nodes").as_object())
    m_version = node.get_string("version");
}

Flavour Cluster::flavour() {
  std::call_once(m_identified, [this] { identify(); });
  return m_flavour;
}

std::string Cluster::version() {
  flavour();
  return m_version;
}

}  // namespace resources::elasticsearch
