#include "resources/firebase/firestore_database.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "json/array_stream.hpp"
#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/firestore_query.hpp"

namespace resources::firebase {

using core::Error;
using core::ExitCode;

namespace {

// A page is a stream that is worked off while it arrives, so its size costs no memory; small pages
// would cost the server a search each.
constexpr std::size_t kPageDocuments = 20'000;
constexpr int kBreaks = 6;  // in a row, without a document in between
constexpr int kFirstDelayMs = 500;

bool speaks_of_read_time(const google::ApiError& error) {
  return error.message.find("read_time") != std::string::npos ||
         error.message.find("read time") != std::string::npos ||
         error.message.find("readTime") != std::string::npos;
}

}  // namespace

struct Database::Page {
  std::string last;           // full name of the last document
  std::size_t documents = 0;  // of this page
  google::ApiError error;     // that ended the stream
};

Database::Database(std::shared_ptr<google::Service> service, std::string project, std::string id)
    : m_service(std::move(service)), m_project(std::move(project)), m_id(std::move(id)) {}

std::string Database::root() const {
  return documents_root(m_project, m_id);
}

// Asking for a document that nobody has is the cheapest read that tells the time.
std::string Database::now() {
  const auto body = fmt::format(R"({{"documents":["{}/environment-backup/none"]}})", root());
  http::Request request;
  request.method = "POST";
  request.url = path("batchGet");
  request.body = body;
  request.retryable = true;
  request.headers.emplace_back("Content-Type", "application/json");
  const auto response = m_service->send(request);
  if (response.status == 404)
    throw Error(ExitCode::kNotFound,
                fmt::format("project {} has no Firestore database {}", m_project, m_id),
                "correct resources.firebase in environment.json, or make the database");
  google::require(response, "opening Firestore database " + m_id);
  const auto answer = json::parse(response.body, "the answer of Firestore");
  for (const auto& entry : answer.as_array())
    if (entry.contains("readTime")) return entry.at("readTime").as_string();
  throw Error(ExitCode::kIntegrity, "Firestore does not tell its time", "run the same again");
}

std::vector<std::string> Database::collections(const std::string& read_time) {
  std::vector<std::string> names;
  std::string token;
  do {
    json::Value body;
    body.set("pageSize", 300);
    body.set("readTime", read_time);
    if (!token.empty()) body.set("pageToken", token);
    const auto answer = m_service->post_json(path("listCollectionIds"), body,
                                             "listing the collections of database " + m_id);
    for (auto& name : answer.get_strings("collectionIds")) names.push_back(std::move(name));
    token = answer.get_string("nextPageToken");
  } while (!token.empty());
  return names;
}

void Database::read_page(const std::string& collection, const Reading& reading,
                         const OnDocument& take, Page& page) {
  json::ArrayStream stream([&](std::string_view object, const auto& inner) {
    for (const auto& [key, value] : json::members_of(object, inner)) {
      if (key == "error") page.error = google::api_error(std::string(object));
      if (key != "document") continue;
      const auto document = parse_document(value);
      take(document);
      page.last = name_of(document);
      ++page.documents;
    }
  });
  const auto body = page_query(root(), collection, page.last, reading.read_time, reading.names_only,
                               kPageDocuments);
  http::Request request;
  request.method = "POST";
  request.url = path("runQuery");
  request.body = body;
  request.retryable = true;
  request.headers.emplace_back("Content-Type", "application/json");
  request.on_data = [&](std::string_view piece) { stream.feed(piece); };
  const auto response = m_service->send(request);
  if (response.status == 400 && speaks_of_read_time(google::api_error(response.body)))
    throw Error(ExitCode::kServiceError,
                fmt::format("the cut of Firestore database {} is gone: the state of {} cannot be "
                            "read any more ({})",
                            m_id, reading.read_time, google::api_error(response.body).message),
                "Firestore keeps the past for one hour: the copy must end before that; raise "
                "`workers`, or start it when less runs");
  google::require(response, "reading collection " + collection);
  if (page.error.message.empty()) stream.finish();
}

void Database::read(const std::string& collection, const Reading& reading, const OnDocument& take) {
  Page page;
  for (int breaks = 0;;) {
    cancel().check();
    page.documents = 0;
    page.error = {};
    std::string trouble;
    try {
      read_page(collection, reading, take, page);
      trouble = page.error.message;
    } catch (const Error& error) {
      if (error.code() != ExitCode::kUnreachable) throw;
      trouble = error.what();
    }
    if (trouble.empty() && page.documents < kPageDocuments) return;
    breaks = trouble.empty() || page.documents > 0 ? 0 : breaks + 1;
    if (trouble.empty()) continue;
    if (breaks >= kBreaks)
      throw Error(ExitCode::kServiceError,
                  fmt::format("reading collection {}: {}", collection, trouble),
                  "see the status page of Google Cloud and try again");
    core::log_debug(
        fmt::format("collection {}: {}: going on behind {}", collection, trouble, page.last));
    cancel().sleep_ms(kFirstDelayMs << breaks);
  }
}

std::uint64_t Database::count(const std::string& collection) {
  try {
    const auto body = count_query(root(), collection);
    const auto answer = json::parse(m_service->call("POST", path("runAggregationQuery"), body,
                                                    "counting collection " + collection),
                                    "the answer of Firestore");
    for (const auto& entry : answer.as_array())
      if (const auto* result = entry.find("result"))
        return std::stoull(result->at("aggregateFields").at("n").at("integerValue").as_string());
  } catch (const Error& error) {
    core::log_debug(error.what());
  }
  return 0;
}

void Database::require_writable() {
  m_service->call("POST", path("batchWrite"), R"({"writes":[]})", "asking for the right to write");
}

}  // namespace resources::firebase
