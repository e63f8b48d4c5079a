#include "admin/web/connections.hpp"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "admin/web/workers.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace admin {

namespace {

using Time = std::chrono::steady_clock;

constexpr int kBacklog = 512;
constexpr int kLookEveryMs = 100;
constexpr const char* kRefused =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    "Content-Length: 41\r\n\r\nthis service does not take such requests\n";

enum class Doing { kReading, kWorking, kWriting };

struct Connection {
  core::UniqueFd socket;
  std::string peer;
  Doing doing = Doing::kReading;
  Time::time_point deadline;
  std::string bytes;     // of the request, then of the answer
  std::size_t sent = 0;  // of the answer
};

[[noreturn]] void cannot_listen(const std::string& address, int port) {
  throw core::Error(core::ExitCode::kConfiguration,
                    fmt::format("cannot listen on {} port {}", address, port),
                    "another program has the port, or the address is not of this machine");
}

core::UniqueFd listen_on(const std::string& address, int port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0)
    cannot_listen(address, port);
  core::UniqueFd socket(
      ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool bound = ::bind(socket.get(), found->ai_addr, found->ai_addrlen) == 0 &&
                     ::listen(socket.get(), kBacklog) == 0;
  ::freeaddrinfo(found);
  if (!bound) cannot_listen(address, port);
  return socket;
}

std::string host_of(const sockaddr_storage& address, socklen_t size) {
  std::array<char, NI_MAXHOST> host{};
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(), host.size(),
                nullptr, 0, NI_NUMERICHOST);
  return host.data();
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// The value of Content-Length in a head in lower case; 0: none; npos: one that cannot be trusted.
std::size_t length_in(const std::string& head) {
  constexpr std::string_view kName = "\r\ncontent-length:";
  const auto at = head.find(kName);
  if (at == std::string::npos) return 0;
  if (head.find(kName, at + 1) != std::string::npos) return std::string::npos;
  const auto first = head.find_first_not_of(" \t", at + kName.size());
  const auto end = head.find_first_not_of("0123456789", first);
  constexpr std::size_t kMostDigits = 9;
  if (end == first || end - first > kMostDigits || head[end] != '\r') return std::string::npos;
  return std::stoul(head.substr(first, end - first));
}

}  // namespace

std::size_t whole_request(const std::string& received, const ConnectionLimits& limits) {
  const auto end = received.find("\r\n\r\n");
  if (end == std::string::npos) return received.size() > limits.head_bytes ? std::string::npos : 0;
  constexpr std::size_t kEnd = 4;
  const std::string head = lower(received.substr(0, end + 2));
  const auto length = length_in(head);
  if (end > limits.head_bytes || length > limits.body_bytes ||
      head.find("\r\ntransfer-encoding:") != std::string::npos ||
      head.find("\r\nexpect:") != std::string::npos)
    return std::string::npos;
  return received.size() < end + kEnd + length ? 0 : end + kEnd + length;
}

struct Connections::Impl {
  Impl(const std::string& address, int port, ConnectionLimits with, Handler by)
      : limits(with),
        handler(std::move(by)),
        listener(listen_on(address, port)),
        waker(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  std::vector<pollfd> waited_for() const;
  void accept_new();
  void read(std::uint64_t id, Connection& connection);
  void hand_over(std::uint64_t id, Connection& connection, std::size_t size);
  void take_answers();
  static bool write(Connection& connection);  // true: all is sent, or nobody reads it
  void act_on(const std::vector<pollfd>& waited);
  void drop_late();

  ConnectionLimits limits;
  Handler handler;
  core::UniqueFd listener;
  core::UniqueFd waker;  // an answer is there
  std::map<std::uint64_t, Connection> open;
  std::uint64_t next_id = 0;
  std::vector<std::uint64_t> ended;
  std::mutex mutex;  // of `answers`
  std::vector<std::pair<std::uint64_t, std::string>> answers;
  // last, so that they end before what they use
  std::unique_ptr<Workers> workers;
  std::unique_ptr<Workers> health;
};

std::vector<pollfd> Connections::Impl::waited_for() const {
  std::vector<pollfd> waited;
  waited.push_back({open.size() < limits.most ? listener.get() : -1, POLLIN, 0});
  waited.push_back({waker.get(), POLLIN, 0});
  for (const auto& [id, connection] : open) {
    const auto events = connection.doing == Doing::kReading ? POLLIN : POLLOUT;
    waited.push_back({connection.doing == Doing::kWorking ? -1 : connection.socket.get(),
                      static_cast<short>(events), 0});
  }
  return waited;
}

void Connections::Impl::accept_new() {
  while (open.size() < limits.most) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    core::UniqueFd socket(::accept4(listener.get(), reinterpret_cast<sockaddr*>(&address), &size,
                                    SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) return;
    const int yes = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    Connection connection;
    connection.socket = std::move(socket);
    connection.peer = host_of(address, size);
    connection.deadline = Time::now() + std::chrono::seconds(limits.request_seconds);
    open.emplace(next_id++, std::move(connection));
  }
}

void Connections::Impl::hand_over(std::uint64_t id, Connection& connection, std::size_t size) {
  connection.doing = Doing::kWorking;
  const bool is_health = connection.bytes.rfind("GET /health ", 0) == 0;
  (is_health ? health : workers)
      ->add([this, id, request = connection.bytes.substr(0, size), peer = connection.peer] {
        std::string answer = handler(request, peer);
        const std::lock_guard lock(mutex);
        answers.emplace_back(id, std::move(answer));
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto woken = ::write(waker.get(), &one, sizeof one);
      });
  connection.bytes.clear();
}

void Connections::Impl::read(std::uint64_t id, Connection& connection) {
  std::array<char, 16384> buffer{};
  const auto size = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return ended.push_back(id);
  connection.bytes.append(buffer.data(), static_cast<std::size_t>(size));
  const auto whole = whole_request(connection.bytes, limits);
  if (whole == 0) return;
  if (whole != std::string::npos) return hand_over(id, connection, whole);
  const std::lock_guard lock(mutex);
  connection.doing = Doing::kWorking;
  answers.emplace_back(id, kRefused);
}

void Connections::Impl::take_answers() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(waker.get(), &count, sizeof count);
  std::vector<std::pair<std::uint64_t, std::string>> taken;
  {
    const std::lock_guard lock(mutex);
    taken.swap(answers);
  }
  for (auto& [id, answer] : taken) {
    auto& connection = open.at(id);
    connection.doing = Doing::kWriting;
    connection.bytes = std::move(answer);
    connection.deadline = Time::now() + std::chrono::seconds(limits.answer_seconds);
    if (write(connection)) ended.push_back(id);
  }
}

bool Connections::Impl::write(Connection& connection) {
  const auto size = ::send(connection.socket.get(), connection.bytes.data() + connection.sent,
                           connection.bytes.size() - connection.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size < 0) return errno != EAGAIN && errno != EINTR;
  connection.sent += static_cast<std::size_t>(size);
  return connection.sent == connection.bytes.size();
}

// `waited` stands in the order of `open`, after the first two.
void Connections::Impl::act_on(const std::vector<pollfd>& waited) {
  auto each = waited.begin() + 2;
  for (auto& [id, connection] : open) {
    const auto events = (each++)->revents;
    if (events == 0) continue;
    if (connection.doing == Doing::kReading)
      read(id, connection);
    else if (write(connection))
      ended.push_back(id);
  }
}

void Connections::Impl::drop_late() {
  const auto now = Time::now();
  for (const auto& [id, connection] : open)
    if (connection.doing != Doing::kWorking && now > connection.deadline) ended.push_back(id);
  for (const auto id : ended) open.erase(id);
  ended.clear();
}

Connections::Connections(const std::string& address, int port, ConnectionLimits limits,
                         Handler handler)
    : m_impl(std::make_unique<Impl>(address, port, limits, std::move(handler))) {}

Connections::~Connections() = default;

int Connections::port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, NI_MAXSERV> service{};
  ::getsockname(m_impl->listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, nullptr, 0, service.data(),
                service.size(), NI_NUMERICSERV);
  return std::stoi(service.data());
}

void Connections::run(const core::CancelToken& cancel) {
  auto& impl = *m_impl;
  impl.workers = std::make_unique<Workers>(impl.limits.workers);
  impl.health = std::make_unique<Workers>(1);
  while (!cancel.cancelled()) {
    auto waited = impl.waited_for();
    if (::poll(waited.data(), waited.size(), kLookEveryMs) < 0 && errno != EINTR)
      core::throw_errno("wait for", "the connections");
    impl.act_on(waited);
    impl.take_answers();
    impl.drop_late();
    impl.accept_new();
  }
  impl.workers.reset();
  impl.health.reset();
}

}  // namespace admin
