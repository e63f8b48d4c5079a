#pragma once
// Puts the documents of a chunk into an index and believes nothing but the answer: every document's
// status is read. Any thread.

#include <string>
#include <string_view>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/document_chunk.hpp"

namespace resources::elasticsearch {

class BulkLoader {
 public:
  // `data_stream`: documents are created; one that is there already must equal the archive's.
  BulkLoader(Cluster& cluster, std::string unit, bool data_stream)
      : m_cluster(cluster), m_unit(std::move(unit)), m_data_stream(data_stream) {}

  // Returns when all `documents` of the chunk are in. What the server is too busy for is sent again
  // with back-off, what is too large for one request in halves. Throws Error(kServiceError) naming
  // the first document that it refuses, Error(kStorage) when its disk is full, Error(kIntegrity)
  // when the counts disagree.
  void load(std::string_view plain, Layout layout, std::uint64_t documents);

 private:
  void load_bulk(std::string_view body, std::uint64_t documents);
  http::Response send_bulk(std::string_view body);
  void load_halves(std::string_view body, const http::Response& response);
  std::vector<StoredDocument> settle(const std::string& answer, std::string_view body,
                                     std::uint64_t documents, bool may_wait);
  void load_single(const StoredDocument& document);
  void require_equal(const std::vector<StoredDocument>& existing);

  Cluster& m_cluster;
  std::string m_unit;
  bool m_data_stream;
};

}  // namespace resources::elasticsearch
