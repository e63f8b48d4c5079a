#include "resources/elasticsearch/slice_sums.hpp"

#include "resources/elasticsearch/members.hpp"
#include "resources/elasticsearch/memory_share.hpp"
#include "resources/elasticsearch/slice_reader.hpp"

namespace resources::elasticsearch {

namespace {
constexpr std::size_t kShare = std::size_t{4} << 20;
}  // namespace

std::vector<Task> SliceSums::items() const {
  return items_of(m_points.slices());
}

void SliceSums::run(const std::string& item) {
  const Slice& slice = slice_of(m_points.slices(), item);
  MemoryShare share(m_context, kShare);
  DocumentSum sum;
  std::uint64_t unreported = 0;
  const auto take = [&](const Hit& hit) {
    sum.add(hit);
    unreported += hit.source.size();
    if (unreported < kShare) return;
    m_context.progress.advance(kResource, unreported);
    unreported = 0;
  };
  SliceReader reader(m_cluster, slice, take,
                     [&](std::size_t bytes) { share.grow_to(kShare + bytes); });
  reader.run();
  m_context.progress.advance(kResource, unreported);
  const std::lock_guard lock(m_mutex);
  m_sums[slice.unit].add(sum);
}

}  // namespace resources::elasticsearch
