#include "tests/support/scripted_server.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace support {

namespace {
core::UniqueFd bound_socket(int& port) {
  core::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), raw, size) != 0 || ::getsockname(fd.get(), raw, &size) != 0)
    throw std::runtime_error("no free port");
  port = ntohs(address.sin_port);
  return fd;
}

bool receive_more(int fd, std::string& buffer) {
  char bytes[65536];
  const auto count = ::recv(fd, bytes, sizeof bytes, 0);
  if (count > 0) buffer.append(bytes, static_cast<std::size_t>(count));
  return count > 0;
}

std::string header_of(const std::string& head, const std::string& name) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  const auto at = lower.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto start = at + name.size() + 4;
  return head.substr(start, head.find("\r\n", start) - start);
}

bool take(int fd, std::string& buffer, std::size_t size, std::string& into) {
  while (buffer.size() < size)
    if (!receive_more(fd, buffer)) return false;
  into += buffer.substr(0, size);
  buffer.erase(0, size);
  return true;
}

bool take_line(int fd, std::string& buffer, std::string& line) {
  while (buffer.find("\r\n") == std::string::npos)
    if (!receive_more(fd, buffer)) return false;
  const auto end = buffer.find("\r\n");
  line = buffer.substr(0, end);
  buffer.erase(0, end + 2);
  return true;
}

bool take_chunks(int fd, std::string& buffer, std::string& body) {
  std::string line;
  while (take_line(fd, buffer, line)) {
    const auto size = std::stoul(line, nullptr, 16);
    std::string end;
    if (!take(fd, buffer, size, body) || !take(fd, buffer, 2, end)) return false;
    if (size == 0) return true;
  }
  return false;
}

void send_all(int fd, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto count = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}
}  // namespace

Answer answer(int status, const std::string& body, const std::string& headers) {
  Answer made;
  made.bytes = "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  return made;
}

ScriptedServer::ScriptedServer(Handler handler)
    : m_handler(std::move(handler)), m_listener(bound_socket(m_port)) {
  ::listen(m_listener.get(), 64);
  m_accepting = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  m_ending = true;
  ::shutdown(m_listener.get(), SHUT_RDWR);
  m_accepting.join();
  for (const auto& fd : m_open) ::shutdown(fd.get(), SHUT_RDWR);
  for (auto& thread : m_serving) thread.join();
}

std::vector<Seen> ScriptedServer::seen() const {
  const std::lock_guard lock(m_mutex);
  return m_seen;
}

void ScriptedServer::accept_all() {
  while (!m_ending) {
    const int fd = ::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++m_connections;
    m_open.emplace_back(fd);
    m_serving.emplace_back([this, fd] { serve(fd); });
  }
}

void ScriptedServer::serve(int fd) {
  std::string buffer;
  while (answer_one(fd, buffer)) {
  }
  ::shutdown(fd, SHUT_RDWR);
}

bool ScriptedServer::answer_one(int fd, std::string& buffer) {
  Seen request;
  while (buffer.find("\r\n\r\n") == std::string::npos)
    if (!receive_more(fd, buffer)) return false;
  take(fd, buffer, buffer.find("\r\n\r\n") + 2, request.head);
  buffer.erase(0, 2);
  const auto space = request.head.find(' ');
  request.method = request.head.substr(0, space);
  request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
  if (!header_of(request.head, "expect").empty()) send_all(fd, "HTTP/1.1 100 Continue\r\n\r\n");
  const auto length = header_of(request.head, "content-length");
  if (!length.empty() && !take(fd, buffer, std::stoul(length), request.body)) return false;
  if (header_of(request.head, "transfer-encoding") == "chunked" &&
      !take_chunks(fd, buffer, request.body))
    return false;
  {
    const std::lock_guard lock(m_mutex);
    m_seen.push_back(request);
  }
  const Answer given = m_handler(request);
  for (int left = given.delay_ms; left > 0 && !m_ending; left -= 10) ::poll(nullptr, 0, 10);
  send_all(fd, given.bytes);
  while (given.hold_open && !m_ending) ::poll(nullptr, 0, 10);
  return !given.close && !given.bytes.empty();
}

int unused_port() {
  int port = 0;
  bound_socket(port);
  return port;
}

}  // namespace support
