#include "admin/web/server.hpp"

#include <sys/socket.h>

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <httplib.h>

#include "admin/json_log.hpp"
#include "core/error.hpp"

namespace admin {

namespace {

constexpr std::size_t kThreads = 8;
constexpr std::size_t kLargestBody = 8192;
constexpr std::size_t kMostHeaders = 64;
constexpr int kBacklog = 512;
constexpr int kPatienceSeconds = 10;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

Fields fields_of(const std::string& encoded) {
  Fields fields;
  httplib::Params parsed;
  httplib::detail::parse_query_text(encoded, parsed);
  for (const auto& [name, value] : parsed) fields.emplace(name, value);
  return fields;
}

Ask to_ask(const httplib::Request& request) {
  Ask ask;
  ask.method = request.method;
  ask.path = request.path;
  const auto query = request.target.find('?');
  if (query != std::string::npos) ask.query = fields_of(request.target.substr(query + 1));
  if (request.method == "POST" &&
      request.get_header_value("Content-Type").rfind("application/x-www-form-urlencoded", 0) == 0)
    ask.form = fields_of(request.body);
  // names that begin with a capital and hold none of our own are the library's additions
  for (const auto& [name, value] : request.headers)
    if (name != "REMOTE_ADDR" && name != "REMOTE_PORT" && name != "LOCAL_ADDR" &&
        name != "LOCAL_PORT")
      ask.headers.emplace_back(lower(name), value);
  ask.peer = request.remote_addr;
  return ask;
}

void send(const Answer& answer, httplib::Response& response) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.set_header(name, value);
  if (answer.status != 304) response.set_content(answer.body, answer.type.c_str());
}

// What a page of ours never sends; refused before the body is read.
bool is_odd(const httplib::Request& request) {
  return request.headers.size() > kMostHeaders || !request.ranges.empty() ||
         request.target.size() > 2048 ||
         (request.method != "GET" && request.method != "POST" && request.method != "HEAD");
}

void log_access(const httplib::Request& request, const httplib::Response& response) {
  json::Value fields;
  fields.set("method", request.method.substr(0, 16));
  fields.set("path", request.path.substr(0, 300));
  fields.set("status", response.status);
  fields.set("address", request.get_header_value("X-Real-IP").substr(0, 64));
  json_log("request", std::move(fields));
}

}  // namespace

struct Server::Impl {
  httplib::Server server;
  int socket = -1;
};

Server::Server(const std::string& address, int port, Handler handler)
    : m_impl(std::make_unique<Impl>()) {
  auto& server = m_impl->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  // a connection that stays open without asking would hold one of the few threads
  server.set_keep_alive_max_count(1);
  server.set_read_timeout(kPatienceSeconds);
  server.set_write_timeout(kPatienceSeconds);
  server.set_payload_max_length(kLargestBody);
  server.set_tcp_nodelay(true);
  server.set_socket_options([this](int socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    m_impl->socket = socket;
  });
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!is_odd(request)) return httplib::Server::HandlerResponse::Unhandled;
    response.status = 400;
    response.set_content("this service does not take such requests\n", "text/plain");
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto act = [handler = std::move(handler)](const httplib::Request& request,
                                                  httplib::Response& response) {
    send(handler(to_ask(request)), response);
  };
  server.Get(".*", act);
  server.Post(".*", act);
  server.set_logger(log_access);
  m_port = port != 0 ? (server.bind_to_port(address.c_str(), port) ? port : -1)
                     : server.bind_to_any_port(address.c_str());
  if (m_port <= 0)
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("cannot listen on {} port {}", address, port),
                      "another program has the port, or the address is not of this machine");
  // the library's own queue of five connections is too short for a hundred browsers
  ::listen(m_impl->socket, kBacklog);
}

Server::~Server() = default;

void Server::run(const core::CancelToken& cancel) {
  std::thread stopper([&] {
    while (!cancel.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    m_impl->server.stop();
  });
  m_impl->server.listen_after_bind();
  stopper.join();
}

}  // namespace admin
