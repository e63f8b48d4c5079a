#include <fmt/format.h>

#include "core/error.hpp"
#include "google/service.hpp"
#include "publish/mirror/mirror.hpp"
#include "publish/mirror/realtime_key.hpp"

namespace publish {

namespace {

constexpr int kAttempts = 5;
constexpr int kPreconditionFailed = 412;

// One node with its own "revision": {"revision": 12, ...}.
class Node {
 public:
  Node(google::Service& service, std::string path) : m_service(service), m_path(std::move(path)) {}

  // 0: nothing is there yet.
  std::int64_t revision() {
    const auto found = m_service.get_json(m_path + "/revision.json", "reading the published view");
    return found.is_integer() ? found.as_int() : 0;
  }
  std::string etag() {
    http::Request request;
    request.url = m_path + ".json?print=silent";
    request.headers = {{"X-Firebase-ETag", "true"}};
    const auto response = m_service.send(request);
    google::require(response, "reading the published view");
    return response.header("etag");
  }
  // False: it has changed since `etag`.
  bool replace(const json::Value& content, const std::string& etag) {
    const std::string body = json::dump(content);
    http::Request request;
    request.method = "PUT";
    request.url = m_path + ".json?print=silent";
    request.headers = {{"if-match", etag}};
    request.body = body;
    const auto response = m_service.send(request);
    if (response.status == kPreconditionFailed) return false;
    google::require(response, "publishing the view");
    return true;
  }

 private:
  google::Service& m_service;
  std::string m_path;
};

// The ETag is asked for first: whatever is written after that makes the write fail.
template <typename Content>
Mirrored write(Node node, std::int64_t revision, bool only_when_older, bool full,
               const Content& content) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto etag = node.etag();
    const auto there = node.revision();
    if (!full && there > revision) return Mirrored::kNewerIsThere;
    if (!full && only_when_older && there == revision) return Mirrored::kWritten;
    if (node.replace(content(), etag)) return Mirrored::kWritten;
  }
  throw core::Error(
      core::ExitCode::kServiceError,
      fmt::format("the published view changed {} times while it was written", kAttempts),
      "see who else writes there");
}

json::Value archives_content(const View& view) {
  json::Value list = json::Value::object();
  view.visit_archives([&](const json::Value& archive) {
    const std::string id = archive.at("backup_id").as_string();
    list.set(realtime_key(id), with_realtime_keys(archive));
  });
  json::Value content;
  content.set("revision", view.catalogue_revision());
  content.set("list", std::move(list));
  return content;
}

std::string without_last_slashes(std::string text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  return text;
}

std::string encoded(const std::string& path) {
  std::string text;
  for (std::size_t begin = 1; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    text += "/" + http::encode_part(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return text;
}

}  // namespace

Mirrored mirror_to_realtime(const environment::Environment& environment, const View& view,
                            const MirrorOptions& options,
                            std::shared_ptr<google::AccessTokens> tokens,
                            const core::CancelToken& cancel) {
  const auto& place = environment.publish.at("realtime");
  google::Service service({"realtime database", place.at("url").as_string()}, std::move(tokens),
                          cancel);
  const auto path = encoded(without_last_slashes(place.at("path").as_string()));
  write(Node(service, path + "/archives"), view.catalogue_revision(), true, options.full,
        [&] { return archives_content(view); });
  return write(Node(service, path + "/view"), view.revision(), false, options.full,
               [&] { return with_realtime_keys(view.head()); });
}

}  // namespace publish
