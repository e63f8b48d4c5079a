#include "resources/elasticsearch/points.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::chrono::minutes kPing{4};
constexpr std::uint64_t kSliceBytes = std::uint64_t{32} << 20;  // a slice of less is not worth it
constexpr std::uint32_t kMostSlices = 16;
constexpr std::uint64_t kExpansion = 2;  // JSON is about so much larger than what the index stores

std::uint32_t slices_for(const LiveIndex& index, std::uint32_t configured) {
  const std::uint64_t by_size = index.primary_bytes * kExpansion / kSliceBytes + 1;
  const std::uint64_t most = configured > 0 ? configured : kMostSlices;
  return static_cast<std::uint32_t>(std::min(by_size, most));
}

std::string ping_body(const std::string& id) {
  return fmt::format(R"({{"size":0,"track_total_hits":false,"pit":{{"id":{},"keep_alive":"{}"}}}})",
                     encode_string(id), kKeepAlive);
}

}  // namespace

std::string item_of(const Slice& slice) {
  return fmt::format("{}#{}", slice.unit, slice.number);
}

const Slice& slice_of(const std::vector<Slice>& slices, const std::string& item) {
  for (const auto& slice : slices)
    if (item_of(slice) == item) return slice;
  throw core::Error(core::ExitCode::kInternal, "no slice '" + item + "'");
}

std::vector<Task> items_of(const std::vector<Slice>& slices) {
  std::vector<Task> items;
  for (const auto& slice : slices) items.push_back({item_of(slice), slice.estimated_bytes});
  return items;
}

std::string Point::id() const {
  const std::lock_guard lock(m_mutex);
  return m_id;
}

void Point::set_id(const std::string& id) {
  const std::lock_guard lock(m_mutex);
  if (!id.empty() && id != m_id) m_id = id;
}

Points::Points(Cluster& cluster, const std::vector<Unit>& units, std::uint32_t slices)
    : m_cluster(cluster) {
  // A point shows what was refreshed: all of it first, so that the points lie close together.
  for (const auto& unit : units)
    for (const auto& part : unit.parts)
      m_cluster.call("POST", path_of(part.name, "/_refresh"), {}, "refreshing " + part.name);
  try {
    for (const auto& unit : units)
      for (const auto& part : unit.parts) open(unit, part, slices);
  } catch (...) {
    close();
    throw;
  }
  m_keeper = std::thread([this] { keep_alive(); });
}

Points::~Points() {
  {
    const std::lock_guard lock(m_mutex);
    m_end = true;
  }
  m_ended.notify_all();
  m_keeper.join();
  close();
}

std::shared_ptr<Point> Points::open_point(const std::string& index, const std::string& options) {
  const bool opensearch = m_cluster.flavour() == Flavour::kOpensearch;
  const auto path = path_of(
      index, fmt::format("{}?keep_alive={}{}", opensearch ? "/_search/point_in_time" : "/_pit",
                         kKeepAlive, options));
  const auto answer = m_cluster.call("POST", path, {}, "opening the cut of " + index);
  auto point =
      std::make_shared<Point>(index, decode_string(member(answer, opensearch ? "pit_id" : "id")));
  m_points.push_back(point);
  return point;
}

void Points::open(const Unit& unit, const LiveIndex& index, std::uint32_t slices) {
  const auto numbered = [&](Slice slice, std::uint64_t parts) {
    slice.unit = unit.name;
    slice.number = 0;
    for (const auto& other : m_slices) slice.number += other.unit == unit.name ? 1 : 0;
    slice.estimated_bytes = index.primary_bytes * kExpansion / parts;
    slice.estimated_documents = index.documents / parts;
    m_slices.push_back(std::move(slice));
  };
  const std::uint32_t count = slices_for(index, slices);
  if (m_cluster.flavour() == Flavour::kElasticsearch) {
    const auto point = open_point(index.name, "");
    for (std::uint32_t i = 0; i < count; ++i)
      numbered({"", point, 0, i, count, 0, UINT64_MAX, 0, 0}, count);
    return;
  }
  const std::uint64_t documents_of_shard = (index.documents + index.deleted) / index.primaries;
  const std::uint32_t ranges = (count + index.primaries - 1) / index.primaries;
  for (std::uint32_t shard = 0; shard < index.primaries; ++shard) {
    const auto point = open_point(index.name, fmt::format("&preference=_shards:{}", shard));
    // Any boundary is exact: together the ranges hold every `_doc` once.
    for (std::uint32_t i = 0; i < ranges; ++i)
      numbered({"", point, 0, 0, 1, documents_of_shard * i / ranges,
                i + 1 == ranges ? UINT64_MAX : documents_of_shard * (i + 1) / ranges, 0, 0},
               std::uint64_t{ranges} * index.primaries);
  }
}

void Points::keep_alive() {
  std::unique_lock lock(m_mutex);
  while (!m_ended.wait_for(lock, kPing, [this] { return m_end; })) {
    lock.unlock();
    for (const auto& point : m_points) {
      try {
        m_cluster.call("POST", "/_search", ping_body(point->id()), "keeping the cut alive");
      } catch (const std::exception& error) {
        core::log_debug(error.what());  // the copy itself says what is wrong with this cut
      }
    }
    lock.lock();
  }
}

void Points::close() noexcept {
  const bool opensearch = m_cluster.flavour() == Flavour::kOpensearch;
  for (const auto& point : m_points) {
    try {
      const auto id = encode_string(point->id());
      m_cluster.call(
          "DELETE", opensearch ? "/_search/point_in_time" : "/_pit",
          opensearch ? fmt::format(R"({{"pit_id":[{}]}})", id) : fmt::format(R"({{"id":{}}})", id),
          "closing the cut");
    } catch (const std::exception& error) {
      core::log_debug(error.what());  // it ends by itself after its keep-alive
      return;
    }
  }
  m_points.clear();
}

}  // namespace resources::elasticsearch
