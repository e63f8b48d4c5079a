#include "resources/firebase/realtime_database.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::firebase {

namespace {

constexpr int kAttempts = 3;
constexpr const char* kTooLarge = "exceeds the maximum size";

struct TooLarge {};

std::string describe(const std::string& what, const std::string& path) {
  return fmt::format("{} {}", what, path.empty() ? "/" : path);
}

}  // namespace

bool lies_in(const std::string& path, const std::string& outer) {
  if (path.size() < outer.size() || path.compare(0, outer.size(), outer) != 0) return false;
  return path.size() == outer.size() || path[outer.size()] == '/';
}

std::string target_of(const std::string& path) {
  std::string target;
  for (std::size_t begin = 1; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    target += "/" + http::encode_part(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return (target.empty() ? "/" : target) + ".json";
}

RealtimeDatabase::RealtimeDatabase(const std::string& url,
                                   std::shared_ptr<google::AccessTokens> tokens,
                                   const core::CancelToken& cancel)
    : m_url(url), m_service({"realtime database", url}, std::move(tokens), cancel) {}

http::Response RealtimeDatabase::ask(const std::string& method, const std::string& target,
                                     std::string_view body, const std::string& what) {
  http::Request request;
  request.method = method;
  request.url = target;
  request.body = body;
  request.retryable = true;  // every call here may be repeated
  auto response = m_service.send(request);
  google::require(response, what);
  return response;
}

std::optional<std::string> RealtimeDatabase::get(const std::string& path, std::size_t most_bytes) {
  std::string text;
  http::Request request;
  request.url = target_of(path) + "?format=export";
  request.on_data = [&](std::string_view piece) {
    if (text.size() + piece.size() > most_bytes) throw TooLarge{};
    text += piece;
  };
  for (int attempt = 1;; ++attempt) try {
      const auto response = m_service.send(request);
      if (!response.ok() && response.body.find(kTooLarge) != std::string::npos) return std::nullopt;
      google::require(response, describe("reading", path));
      return text;
    } catch (const TooLarge&) {
      return std::nullopt;
    } catch (const core::Error& error) {
      // a transfer that broke off in the middle is not repeated by itself
      if (error.code() != core::ExitCode::kUnreachable || attempt == kAttempts) throw;
      text.clear();
    }
}

Shallow RealtimeDatabase::shallow(const std::string& path) {
  const auto what = describe("listing", path);
  const auto body = ask("GET", target_of(path) + "?shallow=true", "", what).body;
  const json::Value value = json::parse(body, what);
  Shallow found;
  found.leaf = !value.is_object();
  if (!found.leaf)
    for (const auto& [key, there] : value.as_object()) found.keys.push_back(key);
  return found;
}

std::string RealtimeDatabase::priority(const std::string& path) {
  auto text = ask("GET", target_of(path + "/.priority"), "", describe("reading", path)).body;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string RealtimeDatabase::fingerprint(const std::string& path) {
  http::Request request;
  request.url = target_of(path) + "?print=silent";
  request.headers = {{"X-Firebase-ETag", "true"}};
  const auto response = m_service.send(request);
  google::require(response, describe("asking for the ETag of", path));
  auto etag = response.header("etag");
  if (etag.empty())
    throw core::Error(
        core::ExitCode::kServiceError,
        fmt::format("{} tells no ETag, so a change during the copy would go unseen", response.url),
        "see whether a proxy between here and the database removes it");
  return etag;
}

std::string RealtimeDatabase::rules() {
  return ask("GET", "/.settings/rules.json", "", "reading the rules").body;
}

void RealtimeDatabase::put(const std::string& path, std::string_view json) {
  ask("PUT", target_of(path) + "?print=silent", json, describe("writing", path));
}

void RealtimeDatabase::patch(std::string_view changes) {
  ask("PATCH", "/.json?print=silent", changes, "writing a part of the data");
}

// Without the size limit the server refuses to remove much at once.
void RealtimeDatabase::remove(const std::string& path) {
  ask("DELETE", target_of(path) + "?print=silent&writeSizeLimit=unlimited", "",
      describe("removing", path));
}

void RealtimeDatabase::put_rules(std::string_view text) {
  ask("PUT", "/.settings/rules.json", text, "writing the rules");
}

}  // namespace resources::firebase
