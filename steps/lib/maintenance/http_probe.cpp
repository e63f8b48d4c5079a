#include "maintenance/http_probe.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace maintenance {

namespace {
using SteadyClock = std::chrono::steady_clock;

struct Attempt {
  SteadyClock::time_point deadline;
  const core::CancelToken& cancel;
};

// False at the deadline. Sliced, so that a cancelled step does not sit here.
bool wait_for(int fd, short events, const Attempt& attempt) {
  while (true) {
    attempt.cancel.check();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(attempt.deadline -
                                                                            SteadyClock::now());
    if (left.count() <= 0) return false;
    pollfd entry{fd, events, 0};
    if (::poll(&entry, 1, static_cast<int>(std::min<long>(left.count(), 100))) > 0) return true;
  }
}

core::UniqueFd connect_to(const addrinfo& address, const Attempt& attempt) {
  core::UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fd;
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS || !wait_for(fd.get(), POLLOUT, attempt)) return core::UniqueFd();
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? std::move(fd) : core::UniqueFd();
}

core::UniqueFd connect_to(const ProbeUrl& url, const Attempt& attempt) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(url.host.c_str(), url.port.c_str(), &wanted, &found) != 0)
    return core::UniqueFd();
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next)
    if (auto fd = connect_to(*address, attempt)) return fd;
  return core::UniqueFd();
}

bool send_all(int fd, std::string_view bytes, const Attempt& attempt) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN || !wait_for(fd, POLLOUT, attempt)) {
      return false;
    }
  }
  return true;
}

std::string receive_start(int fd, std::size_t size, const Attempt& attempt) {
  std::string received;
  char buffer[64];
  while (received.size() < size && wait_for(fd, POLLIN, attempt)) {
    const auto count = ::recv(fd, buffer, sizeof buffer, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) break;
    if (count > 0) received.append(buffer, static_cast<std::size_t>(count));
  }
  return received;
}

// "HTTP/1.1 503 Service..."
std::optional<int> status_of(std::string_view line) {
  constexpr std::size_t kCode = std::string_view("HTTP/1.1 ").size();
  if (line.size() < kCode + 3 || line.substr(0, 7) != "HTTP/1." || line[kCode - 1] != ' ')
    return std::nullopt;
  int status = 0;
  for (const char digit : line.substr(kCode, 3)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    status = status * 10 + (digit - '0');
  }
  return status;
}

[[noreturn]] void refuse(const std::string& reason) {
  throw core::Error(core::ExitCode::kConfiguration,
                    "maintenance.probe_url cannot be used: " + reason,
                    "give an address of the web server itself, such as http://127.0.0.1/");
}

bool has_unfit_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c <= ' ' || c >= 0x7f; });
}

bool is_port(const std::string& text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}
}  // namespace

ProbeUrl parse_probe_url(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (url.compare(0, kScheme.size(), kScheme) != 0) refuse("it does not begin with http://");
  if (has_unfit_character(url)) refuse("it holds a character that a URL cannot have");
  const auto start = kScheme.size();
  const auto slash = std::min(url.find_first_of("/?#", start), url.size());
  ProbeUrl parsed;
  parsed.host_header = url.substr(start, slash - start);
  parsed.path = url.substr(slash, std::min(url.find('#', slash), url.size()) - slash);
  if (parsed.path.empty() || parsed.path.front() != '/') parsed.path.insert(0, "/");
  if (parsed.host_header.find('@') != std::string::npos) refuse("it holds a user or password");
  const auto bracket = parsed.host_header.find(']');
  const auto colon = parsed.host_header.find(':', bracket == std::string::npos ? 0 : bracket);
  parsed.host = parsed.host_header.substr(0, colon);
  parsed.port = colon == std::string::npos ? "80" : parsed.host_header.substr(colon + 1);
  if (bracket != std::string::npos && parsed.host.front() == '[')
    parsed.host = parsed.host.substr(1, bracket - 1);
  if (parsed.host.empty()) refuse("it names no host");
  if (!is_port(parsed.port)) refuse("its port is not a number");
  return parsed;
}

std::optional<int> probe_status(const ProbeUrl& url, int timeout_ms,
                                const core::CancelToken& cancel) {
  const Attempt attempt{SteadyClock::now() + std::chrono::milliseconds(timeout_ms), cancel};
  const auto fd = connect_to(url, attempt);
  if (!fd) return std::nullopt;
  const std::string request = "GET " + url.path + " HTTP/1.1\r\nHost: " + url.host_header +
                              "\r\nUser-Agent: environment-backup\r\nConnection: close\r\n\r\n";
  if (!send_all(fd.get(), request, attempt)) return std::nullopt;
  constexpr std::size_t kStatusLine = 12;  // "HTTP/1.1 503"
  return status_of(receive_start(fd.get(), kStatusLine, attempt));
}

}  // namespace maintenance
