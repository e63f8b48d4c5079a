#include "resources/elasticsearch/slice_reader.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr std::size_t kPageBytes = std::size_t{8} << 20;  // answers stay under twice of it
constexpr std::size_t kMostHits = 10'000;                 // the servers' max_result_window
constexpr std::size_t kFirstPage = 500;
constexpr std::size_t kToldStep = std::size_t{4} << 20;
constexpr int kBrokenTransfers = 5;

std::size_t first_page(const Slice& slice) {
  if (slice.estimated_documents == 0) return kFirstPage;
  const auto average =
      std::max<std::uint64_t>(1, slice.estimated_bytes / slice.estimated_documents);
  return std::clamp<std::size_t>(kPageBytes / 2 / average, 1, kMostHits);
}

std::uint64_t first_number(std::string_view sort) {
  std::uint64_t number = 0;
  const auto digits = trimmed(trimmed(sort).substr(1));
  std::from_chars(digits.begin(), digits.end(), number);
  return number;
}

}  // namespace

SliceReader::SliceReader(Cluster& cluster, const Slice& slice, HitStream::OnHit on_hit,
                         OnGrow on_grow)
    : m_cluster(cluster),
      m_slice(slice),
      m_on_hit(std::move(on_hit)),
      m_on_grow(std::move(on_grow)),
      m_page(first_page(slice)),
      m_most(kMostHits) {
  if (slice.first_doc > 0) m_after = fmt::format("[{}]", slice.first_doc - 1);
}

std::string SliceReader::body() const {
  const bool opensearch = m_cluster.flavour() == Flavour::kOpensearch;
  auto text = fmt::format(R"({{"size":{},"track_total_hits":false,"version":true,"sort":["{}"],)"
                          R"("pit":{{"id":{},"keep_alive":"{}"}})",
                          m_page, opensearch ? "_doc" : "_shard_doc",
                          encode_string(m_slice.point->id()), kKeepAlive);
  if (m_slice.slice_max > 1)
    text += fmt::format(R"(,"slice":{{"id":{},"max":{}}})", m_slice.slice_id, m_slice.slice_max);
  if (!m_after.empty()) text += ",\"search_after\":" + m_after;
  return text + "}";
}

void SliceReader::take(const Hit& hit) {
  if (m_past_end) return;
  if (m_slice.end_doc != UINT64_MAX && first_number(hit.sort) >= m_slice.end_doc) {
    m_past_end = true;
    return;
  }
  m_on_hit(hit);
  m_after.assign(trimmed(hit.sort));
}

void SliceReader::feed(HitStream& stream, std::string_view piece) {
  m_page_bytes += piece.size();
  const std::size_t needed = stream.pending_bytes() + piece.size();
  if (needed > m_told_bytes + kToldStep) {
    m_told_bytes = 2 * needed;
    m_on_grow(m_told_bytes);
  }
  stream.feed(piece);
}

void SliceReader::check(const http::Response& response) const {
  if (response.body.find("search_context_missing") != std::string::npos)
    throw Error(ExitCode::kServiceError,
                fmt::format("the cut of index {} is gone: a node was restarted, or nothing was "
                            "read for {}",
                            m_slice.point->index(), kKeepAlive),
                "run the same again");
  require(response, "reading index " + m_slice.point->index());
}

// A page that the server's memory cannot hold is asked for in halves.
bool SliceReader::shrink_after(const http::Response& response) {
  if (response.body.find("circuit_breaking_exception") == std::string::npos || m_page == 1)
    return false;
  m_page = m_most = std::max<std::size_t>(1, m_page / 4);
  core::log_debug(fmt::format("index {}: the server lacks memory, going on by {} documents",
                              m_slice.point->index(), m_page));
  return true;
}

bool SliceReader::read_page() {
  HitStream stream([this](const Hit& hit) { take(hit); });
  m_page_bytes = 0;
  const auto text = body();
  http::Request request;
  request.method = "POST";
  request.url = "/_search?allow_partial_search_results=false";
  request.body = text;
  request.headers.emplace_back("Content-Type", "application/json");
  request.retryable = true;
  request.on_data = [&](std::string_view piece) { feed(stream, piece); };
  const auto response = m_cluster.send(request);
  if (!response.ok() && shrink_after(response)) return true;
  check(response);
  const auto envelope = stream.finish();
  if (envelope.get_bool("timed_out") || envelope.at("_shards").get_int("failed") > 0)
    throw Error(ExitCode::kServiceError,
                "reading index " + m_slice.point->index() + ": a shard gave no answer",
                "look at the log of the server");
  m_slice.point->set_id(envelope.get_string("pit_id"));
  if (stream.hits() == 0) return false;
  const bool last = stream.hits() < m_page;
  const std::size_t average = m_page_bytes / stream.hits() + 1;
  m_page = std::clamp<std::size_t>(kPageBytes / average, 1, std::min(m_most, m_page * 4));
  return !last && !m_past_end;
}

void SliceReader::run() {
  for (int broken = 0;;) {
    try {
      m_cluster.cancel().check();
      if (!read_page()) return;
    } catch (const Error& error) {
      // before the first byte the client itself has tried all there is to try
      const bool midway = error.code() == ExitCode::kUnreachable && m_page_bytes > 0;
      if (!midway || ++broken >= kBrokenTransfers) throw;
      core::log_debug(error.what());
    }
  }
}

}  // namespace resources::elasticsearch
