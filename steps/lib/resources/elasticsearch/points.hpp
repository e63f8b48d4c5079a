#pragma once
// The cut of a copy: one point in time per index, kept alive while the copy runs. Elasticsearch
// reads it in slices by document; OpenSearch has a point per shard, read in ranges of `_doc` (it
// has no `_shard_doc`, and its slices hash every id).

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/inventory.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// One point as the server knows it.
class Point {
 public:
  Point(std::string index, std::string id) : m_index(std::move(index)), m_id(std::move(id)) {}
  const std::string& index() const { return m_index; }
  std::string id() const;
  void set_id(const std::string& id);  // an answer may bring a new one

 private:
  const std::string m_index;
  mutable std::mutex m_mutex;
  std::string m_id;
};

// A part of a point that is read by one worker.
struct Slice {
  std::string unit;
  std::shared_ptr<Point> point;
  std::uint32_t number = 0;  // among all slices of the unit
  std::uint32_t slice_id = 0;
  std::uint32_t slice_max = 1;  // 1: not sliced
  std::uint64_t first_doc = 0;  // OpenSearch: `_doc` in [first_doc, end_doc)
  std::uint64_t end_doc = UINT64_MAX;
  std::uint64_t estimated_bytes = 0;  // of its documents as JSON
  std::uint64_t estimated_documents = 0;
};

class Points {
 public:
  // Refreshes the units, then opens all their points. `slices`: the most per index; 0: by size.
  Points(Cluster& cluster, const std::vector<Unit>& units, std::uint32_t slices);
  ~Points();  // closes them; a server that is gone is not waited for
  Points(const Points&) = delete;
  Points& operator=(const Points&) = delete;

  const std::vector<Slice>& slices() const { return m_slices; }

 private:
  void open(const Unit& unit, const LiveIndex& index, std::uint32_t slices);
  std::shared_ptr<Point> open_point(const std::string& index, const std::string& options);
  void keep_alive();
  void close() noexcept;

  Cluster& m_cluster;
  std::vector<std::shared_ptr<Point>> m_points;
  std::vector<Slice> m_slices;
  std::mutex m_mutex;
  std::condition_variable m_ended;
  bool m_end = false;
  std::thread m_keeper;
};

// "athena#3": the item of a slice.
std::string item_of(const Slice& slice);
const Slice& slice_of(const std::vector<Slice>& slices, const std::string& item);
std::vector<Task> items_of(const std::vector<Slice>& slices);

inline constexpr const char* kKeepAlive = "15m";

}  // namespace resources::elasticsearch
