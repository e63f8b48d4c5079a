#include "admin/web/server.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include "admin/json_log.hpp"
#include "admin/web/connections.hpp"
#include "core/log.hpp"

namespace admin {

namespace {

constexpr std::size_t kLargestBody = 8192;
constexpr std::size_t kMostHeaders = 64;

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

// A request that is whole already, and what is answered to it.
class WholeStream final : public httplib::Stream {
 public:
  WholeStream(const std::string& request, const std::string& peer)
      : m_request(request), m_peer(peer) {}

  bool is_readable() const override { return m_at < m_request.size(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const auto count = m_request.copy(to, size, m_at);
    m_at += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* from, std::size_t size) override {
    answer.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = m_peer;
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  socket_t socket() const override { return INVALID_SOCKET; }

  std::string answer;

 private:
  const std::string& m_request;
  const std::string& m_peer;
  std::size_t m_at = 0;
};

// The library's parser and routing, without its sockets.
class Parser final : public httplib::Server {
 public:
  std::string answer(const std::string& request, const std::string& peer) {
    WholeStream stream(request, peer);
    try {
      bool closed = false;
      process_request(stream, true, closed, nullptr);
    } catch (const std::exception& error) {
      core::log(core::LogLevel::kError, fmt::format("a request: {}", error.what()));
    }
    return std::move(stream.answer);
  }
};

}  // namespace

struct Server::Impl {
  Parser parser;
  std::unique_ptr<Connections> connections;
};

Server::Server(const std::string& address, int port, Handler handler)
    : m_impl(std::make_unique<Impl>()) {
  auto& parser = m_impl->parser;
  parser.set_payload_max_length(kLargestBody);
  parser.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!is_odd(request)) return httplib::Server::HandlerResponse::Unhandled;
    response.status = 400;
    response.set_content("this service does not take such requests\n", "text/plain");
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto act = [handler = std::move(handler)](const httplib::Request& request,
                                                  httplib::Response& response) {
    send(handler(to_ask(request)), response);
  };
  parser.Get(".*", act);
  parser.Post(".*", act);
  parser.set_logger(log_access);
  m_impl->connections =
      std::make_unique<Connections>(address, port, ConnectionLimits{},
                                    [&parser](const std::string& request, const std::string& peer) {
                                      return parser.answer(request, peer);
                                    });
}

Server::~Server() = default;

int Server::port() const {
  return m_impl->connections->port();
}

void Server::run(const core::CancelToken& cancel) {
  m_impl->connections->run(cancel);
}

}  // namespace admin
