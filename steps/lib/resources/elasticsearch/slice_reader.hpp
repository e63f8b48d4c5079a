#pragma once
// Reads one slice of a cut page by page; pages are sized by the documents met so far.

#include <functional>
#include <string>

#include "core/ports.hpp"
#include "resources/elasticsearch/hit_stream.hpp"
#include "resources/elasticsearch/points.hpp"

namespace resources::elasticsearch {

class SliceReader {
 public:
  // `on_grow`: told when an unfinished document needs more than the bytes told before.
  using OnGrow = std::function<void(std::size_t bytes)>;

  SliceReader(Cluster& cluster, const Slice& slice, HitStream::OnHit on_hit, OnGrow on_grow);

  // All documents of the slice, each once. A transfer that breaks goes on behind the last document
  // that arrived; a cut that is gone throws Error(kServiceError).
  void run();

 private:
  bool read_page();  // false: that was the last one
  std::string body() const;
  void take(const Hit& hit);
  void feed(HitStream& stream, std::string_view piece);
  void check(const http::Response& response) const;
  bool shrink_after(const http::Response& response);

  Cluster& m_cluster;
  const Slice& m_slice;
  HitStream::OnHit m_on_hit;
  OnGrow m_on_grow;
  std::string m_after;  // the sort values of the last document, as the server wrote them
  std::size_t m_page;
  std::size_t m_most;  // per page; less once the server ran out of memory
  std::size_t m_page_bytes = 0;
  std::size_t m_told_bytes = 0;
  bool m_past_end = false;
};

}  // namespace resources::elasticsearch
