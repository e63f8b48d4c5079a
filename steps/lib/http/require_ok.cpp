#include <fmt/format.h>

#include "core/error.hpp"
#include "http/client.hpp"

namespace http {

namespace {
constexpr std::size_t kShownBytes = 200;

// One line, cut between characters: it goes into a log and into a JSON result.
std::string start_of(const std::string& body) {
  std::size_t size = std::min(body.size(), kShownBytes);
  while (size > 0 && size < body.size() && (static_cast<unsigned char>(body[size]) & 0xc0) == 0x80)
    --size;
  std::string shown = body.substr(0, size);
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  shown.erase(shown.find_last_not_of(' ') + 1);
  return shown;
}
}  // namespace

void require_ok(const Response& response, const std::string& what) {
  if (response.ok()) return;
  const auto shown = start_of(response.body);
  const auto message = fmt::format("{}: {} answered {}{}{}", what, response.url, response.status,
                                   shown.empty() ? "" : ": ", shown);
  if (response.status == 401 || response.status == 403)
    throw core::Error(core::ExitCode::kCredentials, message,
                      "check the user, the secret that environment.json refers to, and the rights");
  throw core::Error(core::ExitCode::kServiceError, message, "look at the log of that service");
}

}  // namespace http
