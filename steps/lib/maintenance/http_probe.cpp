#include "maintenance/http_probe.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string_view>

#include "core/error.hpp"
#include "core/tcp_client.hpp"

namespace maintenance {

namespace {
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
  const core::TcpClient client(url.host, url.port, std::chrono::milliseconds(timeout_ms), cancel);
  if (!client.connected()) return std::nullopt;
  const std::string request = "GET " + url.path + " HTTP/1.1\r\nHost: " + url.host_header +
                              "\r\nUser-Agent: environment-backup\r\nConnection: close\r\n\r\n";
  if (!client.send(request)) return std::nullopt;
  constexpr std::size_t kStatusLine = 12;  // "HTTP/1.1 503"
  return status_of(client.receive(kStatusLine));
}

}  // namespace maintenance
