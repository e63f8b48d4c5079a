#include "resources/elasticsearch/bulk_loader.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "http/retry.hpp"
#include "resources/elasticsearch/bulk_answer.hpp"
#include "resources/elasticsearch/hit_stream.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr int kAttempts = 12;  // in a row, while not one more document is taken
constexpr std::size_t kIdsAtOnce = 500;
constexpr std::size_t kBulkBytes = std::size_t{2} << 20;  // where the server is fastest

// Whole documents of about kBulkBytes at a time, and how many they are.
template <typename Take>
void for_each_bulk(std::string_view plain, const Take& take) {
  std::size_t begin = 0;
  std::uint64_t documents = 0;
  for_each_document(plain, Layout::kBulk, [&](const StoredDocument& document) {
    ++documents;
    const auto end =
        static_cast<std::size_t>(document.whole.data() - plain.data()) + document.whole.size();
    if (end - begin < kBulkBytes && end < plain.size()) return;
    take(plain.substr(begin, end - begin), documents);
    begin = end;
    documents = 0;
  });
}

std::vector<StoredDocument> documents_of(std::string_view body) {
  std::vector<StoredDocument> documents;
  for_each_document(body, Layout::kBulk,
                    [&](const StoredDocument& document) { documents.push_back(document); });
  return documents;
}

std::string joined(const std::vector<StoredDocument>& documents) {
  std::string body;
  for (const auto& document : documents) body += document.whole;
  return body;
}

// Passing or not was tried by the client: what is left of a 429 is a request that is never taken.
bool is_too_large(const http::Response& response) {
  return response.status == 413 || response.status == 429;
}

[[noreturn]] void refuse_single(const std::string& unit, const std::string& id,
                                const http::Response& response) {
  const bool too_large = response.status == 413;
  throw Error(ExitCode::kServiceError,
              fmt::format("document {} of {} is {}: {} answered {}: {}", id, unit,
                          too_large ? "too large" : "not taken", response.url, response.status,
                          reason_of(response.body)),
              too_large
                  ? "raise http.max_content_length of the server, or what a proxy before it allows"
                  : kBusyHint);
}

[[noreturn]] void refuse(const std::string& unit, const StoredDocument& document,
                         const BulkItem& item) {
  const auto what = fmt::format("document {} of {} is refused with status {}: {}",
                                target_of(document).id, unit, item.status, item.reason);
  if (is_disk_full(item.reason))
    throw Error(ExitCode::kStorage, what,
                "free space on the disks of the server, then run the same restore again");
  if (item.status == 409)
    throw Error(ExitCode::kServiceError, what,
                "something writes to this index during the restore: stop it, then restore again");
  throw Error(ExitCode::kServiceError, what,
              item.is_busy() ? kBusyHint : "look at the mapping of that index in the archive");
}

}  // namespace

void BulkLoader::load(std::string_view plain, Layout layout, std::uint64_t documents) {
  std::uint64_t loaded = 0;
  const auto load_singly = [&](const StoredDocument& document) {
    load_single(document);
    ++loaded;
  };
  if (layout == Layout::kSingle) for_each_document(plain, layout, load_singly);
  if (layout == Layout::kBulk)
    for_each_bulk(plain, [&](std::string_view body, std::uint64_t count) {
      load_bulk(body, count);
      loaded += count;
    });
  if (loaded != documents)
    throw Error(
        ExitCode::kIntegrity,
        fmt::format("a chunk of {} holds {} documents instead of {}", m_unit, loaded, documents),
        "use another archive");
}

// Repeating is harmless: an index takes the same version again, a data stream answers 409. The
// answer is cut down to what is read, most of it would repeat ids.
http::Response BulkLoader::send_bulk(std::string_view body) {
  http::Request request;
  request.method = "POST";
  request.url = path_of(m_unit,
                        "/_bulk?pipeline=_none&filter_path=errors,items.*.status,"
                        "items.*.error");
  request.headers.emplace_back("Content-Type", "application/x-ndjson");
  request.body = body;
  request.retryable = true;
  return m_cluster.send(request);
}

void BulkLoader::load_bulk(std::string_view body, std::uint64_t documents) {
  std::string rest;
  for (int in_vain = 0;;) {
    const auto response = send_bulk(body);
    if (is_too_large(response)) return load_halves(body, response);
    require(response, "loading " + m_unit);
    if (all_succeeded(response.body, documents)) return;
    const auto busy = settle(response.body, body, documents, in_vain + 1 < kAttempts);
    if (busy.empty()) return;
    core::log_debug(
        fmt::format("{}: {} documents are sent again, the server is busy", m_unit, busy.size()));
    in_vain = busy.size() < documents ? 0 : in_vain + 1;
    m_cluster.cancel().sleep_ms(http::delay_ms(m_cluster.retries(), in_vain + 1, 0));
    rest = joined(busy);
    body = rest;
    documents = busy.size();
  }
}

// A proxy or the server takes less at once.
void BulkLoader::load_halves(std::string_view body, const http::Response& response) {
  const auto documents = documents_of(body);
  if (documents.size() <= 1)
    refuse_single(m_unit, documents.empty() ? "" : target_of(documents.front()).id, response);
  const std::size_t half = documents.size() / 2;
  const auto size = static_cast<std::size_t>(documents[half].whole.data() - body.data());
  load_bulk(body.substr(0, size), half);
  load_bulk(body.substr(size), documents.size() - half);
}

// Reads every document's answer; returns those that the server was too busy for.
std::vector<StoredDocument> BulkLoader::settle(const std::string& answer, std::string_view body,
                                               std::uint64_t documents, bool may_wait) {
  const auto items = bulk_items(answer);
  const auto sent = documents_of(body);
  if (items.size() != sent.size() || sent.size() != documents)
    throw Error(
        ExitCode::kIntegrity,
        fmt::format("{} of {} documents of {} were answered", items.size(), documents, m_unit),
        "the archive or the server's answer is damaged; run the same restore again");
  std::vector<StoredDocument> busy;
  std::vector<StoredDocument> existing;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].succeeded()) continue;
    if (items[i].is_busy() && may_wait)
      busy.push_back(sent[i]);
    else if (items[i].status == 409 && m_data_stream)
      existing.push_back(sent[i]);
    else
      refuse(m_unit, sent[i], items[i]);
  }
  require_equal(existing);
  return busy;
}

// _bulk would split such a document at its newline: the API for one document takes it whole.
void BulkLoader::load_single(const StoredDocument& document) {
  const auto target = target_of(document);
  auto path = path_of(m_unit, m_data_stream ? "/_create/" : "/_doc/") +
              http::encode_part(target.id) + "?pipeline=_none";
  if (!target.version.empty() && !m_data_stream)
    path += "&version_type=external_gte&version=" + target.version;
  if (!target.routing.empty()) path += "&routing=" + http::encode_part(target.routing);
  http::Request request;
  request.method = "PUT";
  request.url = path;
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = document.source;
  const auto response = m_cluster.send(request);
  if (response.ok()) return;
  if (response.status == 409 && m_data_stream) return require_equal({document});
  if (response.status == 401 || response.status == 403) require(response, "loading " + m_unit);
  refuse(m_unit, document, {response.status, reason_of(response.body)});
}

// An earlier run of this restore may have put them there; anything else is somebody's data.
void BulkLoader::require_equal(const std::vector<StoredDocument>& existing) {
  if (existing.empty()) return;
  m_cluster.call("POST", path_of(m_unit, "/_refresh"), {}, "refreshing " + m_unit);
  std::map<std::string, std::string_view> missing;
  for (const auto& document : existing) missing[target_of(document).id] = document.source;
  for (std::size_t at = 0; at < existing.size(); at += kIdsAtOnce) {
    json::Value ids = json::Value::array();
    for (std::size_t i = at; i < std::min(existing.size(), at + kIdsAtOnce); ++i)
      ids.push_back(target_of(existing[i]).id);
    const auto answer =
        m_cluster.call("POST", path_of(m_unit, "/_search?allow_partial_search_results=false"),
                       fmt::format(R"({{"size":{},"query":{{"ids":{{"values":{}}}}}}})", kIdsAtOnce,
                                   json::dump(ids)),
                       "comparing documents of " + m_unit);
    HitStream hits([&](const Hit& hit) {
      const auto found = missing.find(decode_string(hit.id));
      if (found != missing.end() && found->second == hit.source) missing.erase(found);
    });
    hits.feed(answer);
    hits.finish();
  }
  if (missing.empty()) return;
  throw Error(ExitCode::kServiceError,
              fmt::format("document {} stands in data stream {} with another content",
                          missing.begin()->first, m_unit),
              "something writes to it during the restore: stop it, then restore again");
}

}  // namespace resources::elasticsearch
