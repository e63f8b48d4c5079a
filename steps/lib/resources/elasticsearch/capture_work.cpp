#include "resources/elasticsearch/capture_work.hpp"

#include <fmt/format.h>

#include "resources/elasticsearch/captured_plain.hpp"
#include "resources/elasticsearch/index_facts.hpp"
#include "resources/elasticsearch/memory_share.hpp"
#include "resources/elasticsearch/slice_reader.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{8} << 20;
constexpr std::size_t kSingleBytes = std::size_t{1} << 20;
// A chunk, its compressed form, the chunk of single documents, what is being received.
constexpr std::size_t kShare = 2 * kChunkBytes + 4 * kSingleBytes + (std::size_t{4} << 20);

// Collects one slice's documents into chunks and puts each one as soon as it is full.
class SliceWriter {
 public:
  SliceWriter(const Slice& slice, Action action, archive::ChunkSink& sink, core::Context& context)
      : m_slice(slice),
        m_sink(sink),
        m_context(context),
        m_bulk(Layout::kBulk, action),
        m_single(Layout::kSingle, action) {
    m_bulk.reserve(kChunkBytes);
  }

  void take(const Hit& hit) {
    if (layout_for(hit.source) == Layout::kBulk)
      add(m_bulk, hit, kChunkBytes);
    else
      add(m_single, hit, kSingleBytes);
  }

  void flush() {
    put(m_bulk);
    put(m_single);
  }

  const DocumentSum& sum() const { return m_sum; }

 private:
  void add(DocumentChunk& chunk, const Hit& hit, std::size_t limit) {
    if (chunk.plain().size() + DocumentChunk::size_of(hit) > limit) put(chunk);
    chunk.add(hit);
    if (chunk.plain().size() >= limit) put(chunk);
  }

  void put(DocumentChunk& chunk) {
    if (chunk.empty()) return;
    m_sink.put(documents_name(m_slice.unit, m_slice.number, m_part++, chunk),
               archive::encode_zstd(chunk.plain()));
    m_context.progress.advance(kResource, chunk.plain().size());
    m_sum.add(chunk.sum());
    chunk.clear();
  }

  const Slice& m_slice;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  DocumentChunk m_bulk;
  DocumentChunk m_single;
  DocumentSum m_sum;
  std::uint32_t m_part = 0;
};

}  // namespace

CaptureWork::CaptureWork(std::shared_ptr<Cluster> cluster, const CaptureOptions& options,
                         archive::ChunkSink& sink, core::Context& context)
    : m_cluster(std::move(cluster)),
      m_sink(sink),
      m_context(context),
      m_selection(options.selection) {
  const auto inventory = list_inventory(*m_cluster);
  refuse_blocking(check_backup(*m_cluster, inventory, m_selection));
  m_selected = select(inventory, m_selection);
  m_histories = histories(*m_cluster);
  m_points = std::make_unique<Points>(*m_cluster, m_selected.units, options.slices);
  put_definitions(*m_cluster, m_selected.units, m_sink);
  note_left_out(m_context, m_selected.left_out);
}

std::vector<Task> CaptureWork::plan() {
  return items_of(m_points->slices());
}

void CaptureWork::run(const Task& item) {
  const Slice& slice = slice_of(m_points->slices(), item.id);
  const bool stream = slice.unit != slice.point->index();
  MemoryShare share(m_context, kShare);
  SliceWriter writer(slice, stream ? Action::kCreate : Action::kIndex, m_sink, m_context);
  SliceReader reader(
      *m_cluster, slice, [&](const Hit& hit) { writer.take(hit); },
      [&](std::size_t bytes) { share.grow_to(kShare + 3 * bytes); });
  reader.run();
  writer.flush();
  const std::lock_guard lock(m_mutex);
  m_sums[slice.unit].add(writer.sum());
}

json::Value CaptureWork::finish() {
  json::Value detail = describe(*m_cluster, m_selection, m_selected.left_out);
  detail.set("method", "export");
  json::Value indices = json::Value::object();
  for (const auto& unit : m_selected.units) {
    const auto& sum = m_sums[unit.name];
    json::Value entry;
    entry.set("documents", sum.count());
    entry.set("checksum", sum.checksum());
    entry.set("data_stream", unit.data_stream);
    if (const auto found = m_histories.find(unit.name); found != m_histories.end())
      entry.set("history", found->second);
    indices.set(unit.name, std::move(entry));
  }
  detail.set("indices", std::move(indices));
  m_points.reset();
  return detail;
}

}  // namespace resources::elasticsearch
