#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "google/service.hpp"
#include "publish/mirror/firestore_value.hpp"
#include "publish/mirror/mirror.hpp"

namespace publish {

namespace {

constexpr int kAttempts = 5;
constexpr std::size_t kBatch = 200;  // of 500 that one commit takes, in at most 10 MB

struct Changed {};  // the document was written meanwhile

struct Head {
  std::string update_time;  // empty: there is none
  std::int64_t revision = 0;
  std::int64_t catalogue_revision = 0;
};

std::int64_t integer_in(const json::Value& document, const char* key) {
  const auto* fields = document.find("fields");
  const auto* field = fields == nullptr ? nullptr : fields->find(key);
  return field == nullptr ? 0 : std::atoll(field->get_string("integerValue", "0").c_str());
}

std::string encoded(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == '/' ? "/" : http::encode_part({&c, 1});
  return text;
}

// The document that holds all but the archives, and their collection below it.
class Place {
 public:
  Place(const environment::Environment& environment, std::shared_ptr<google::AccessTokens> tokens,
        const core::CancelToken& cancel)
      : m_service({"firestore", environment.publish.at("firestore").at("endpoint").as_string()},
                  std::move(tokens), cancel) {
    const auto& place = environment.publish.at("firestore");
    m_documents = fmt::format("projects/{}/databases/{}/documents",
                              environment.publish.at("project").as_string(),
                              place.get_string("database", "(default)"));
    m_name = m_documents + "/" + place.at("document").as_string();
  }

  Head head() {
    http::Request request;
    request.url =
        "/v1/" + encoded(m_name) + "?mask.fieldPaths=revision&mask.fieldPaths=catalogue_revision";
    const auto response = m_service.send(request);
    constexpr int kNotFound = 404;
    if (response.status == kNotFound) return {};
    google::require(response, "reading the published view");
    const auto document = json::parse(response.body, "the published view");
    return {document.at("updateTime").as_string(), integer_in(document, "revision"),
            integer_in(document, "catalogue_revision")};
  }

  // BackupId -> digest of what is there.
  std::map<std::string, std::string> digests() {
    std::map<std::string, std::string> found;
    std::string token;
    do {
      const auto page = m_service.get_json(
          fmt::format("/v1/{}/archives?pageSize=300&mask.fieldPaths=digest&pageToken={}",
                      encoded(m_name), http::encode_part(token)),
          "reading the published archives");
      if (const auto* documents = page.find("documents"))
        for (const auto& document : documents->as_array()) add(found, document);
      token = page.get_string("nextPageToken");
    } while (!token.empty());
    return found;
  }

  // All or nothing, and only if the head is still as it was. Returns the head's new updateTime.
  std::string commit(const json::Value& head, const std::string& update_time, json::Array writes) {
    json::Value condition;
    if (update_time.empty())
      condition.set("exists", false);
    else
      condition.set("updateTime", update_time);
    json::Value first = update("", head);
    first.set("currentDocument", std::move(condition));
    writes.insert(writes.begin(), std::move(first));
    json::Value body;
    body.set("writes", std::move(writes));
    const auto text = json::dump(body);
    http::Request request;
    request.method = "POST";
    request.url = "/v1/" + encoded(m_documents) + ":commit";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    const auto response = m_service.send(request);
    if (!response.ok()) {
      const auto status = google::api_error(response.body).status;
      if (status == "FAILED_PRECONDITION" || status == "ALREADY_EXISTS" || status == "ABORTED" ||
          status == "NOT_FOUND")
        throw Changed{};
    }
    google::require(response, "publishing the view");
    const auto answer = json::parse(response.body, "the answer of commit");
    return answer.at("writeResults").as_array().at(0).at("updateTime").as_string();
  }

  // `below`: "" for the head, "/archives/<BackupId>".
  json::Value update(const std::string& below, const json::Value& content) const {
    json::Value document;
    document.set("name", m_name + below);
    document.set("fields", firestore_fields(content));
    json::Value write;
    write.set("update", std::move(document));
    return write;
  }
  json::Value removal(const std::string& below) const {
    json::Value write;
    write.set("delete", m_name + below);
    return write;
  }

 private:
  static void add(std::map<std::string, std::string>& found, const json::Value& document) {
    const auto& name = document.at("name").as_string();
    const auto* fields = document.find("fields");
    const auto* digest = fields == nullptr ? nullptr : fields->find("digest");
    found[name.substr(name.rfind('/') + 1)] =
        digest == nullptr ? "" : digest->get_string("stringValue");
  }

  google::Service m_service;
  std::string m_documents;
  std::string m_name;
};

// What differs from what is there: archives that are new or changed, and those that were pruned.
json::Array changes(Place& place, const View& view, bool full) {
  auto there = place.digests();
  json::Array writes;
  view.visit_archives([&](json::Value archive) {
    const auto id = archive.at("backup_id").as_string();
    const auto digest = core::sha256_hex(json::dump(archive));
    const auto found = there.find(id);
    const bool same = found != there.end() && found->second == digest;
    if (found != there.end()) there.erase(found);
    if (same && !full) return;
    archive.set("digest", digest);
    writes.push_back(place.update("/archives/" + id, archive));
  });
  for (const auto& [id, digest] : there) writes.push_back(place.removal("/archives/" + id));
  return writes;
}

// Until the last batch is in, the head says that its archives are not those of its revision.
void write(Place& place, const View& view, std::string update_time, json::Array writes) {
  json::Value head = view.head();
  while (writes.size() > kBatch) {
    json::Array batch(writes.end() - kBatch, writes.end());
    writes.resize(writes.size() - kBatch);
    head.set("catalogue_revision", 0);
    update_time = place.commit(head, update_time, std::move(batch));
  }
  head.set("catalogue_revision", view.catalogue_revision());
  place.commit(head, update_time, std::move(writes));
}

std::optional<Mirrored> attempt(Place& place, const View& view, bool full) {
  const auto there = place.head();
  if (!full && there.revision > view.revision()) return Mirrored::kNewerIsThere;
  const bool archives = full || there.catalogue_revision != view.catalogue_revision();
  try {
    write(place, view, there.update_time, archives ? changes(place, view, full) : json::Array{});
    return Mirrored::kWritten;
  } catch (const Changed&) {
    return std::nullopt;
  }
}

}  // namespace

Mirrored mirror_to_firestore(const environment::Environment& environment, const View& view,
                             const MirrorOptions& options,
                             std::shared_ptr<google::AccessTokens> tokens,
                             const core::CancelToken& cancel) {
  Place place(environment, std::move(tokens), cancel);
  for (int i = 0; i < kAttempts; ++i)
    if (const auto done = attempt(place, view, options.full)) return *done;
  throw core::Error(
      core::ExitCode::kServiceError,
      fmt::format("the published view changed {} times while it was written", kAttempts),
      "see who else writes there");
}

}  // namespace publish
