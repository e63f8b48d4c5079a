#include "resources/firebase/firestore_capture.hpp"

#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
// A chunk and its compressed form, a document in arrival and as a line.
constexpr std::size_t kShare = 2 * kChunkBytes + (std::size_t{6} << 20);

// Collects one collection's documents into chunks and puts each one as soon as it is full.
class CollectionWriter {
 public:
  CollectionWriter(const FirestoreSite& site, std::string collection, archive::ChunkSink& sink,
                   core::Context& context)
      : m_site(site),
        m_collection(std::move(collection)),
        m_sink(sink),
        m_context(context),
        m_project(site.database->project()) {
    m_plain.reserve(kChunkBytes);
  }

  void take(const Document& document) {
    const auto name = name_of(document);
    const auto path = relative_path(name);
    if (lies_below(path, m_site.published)) return;
    m_contents[collection_shape(path)].add(hash_of(document, m_project));
    append_line(m_plain, document);
    ++m_documents;
    if (m_plain.size() >= kChunkBytes) put();
  }

  void put() {
    if (m_documents == 0) return;
    m_sink.put(chunk_name(m_site.database->id(), m_collection, m_part++, m_documents),
               archive::encode_zstd(m_plain));
    m_context.progress.advance(kResource, m_plain.size());
    m_plain.clear();
    m_documents = 0;
  }

  const Contents& contents() const { return m_contents; }

 private:
  const FirestoreSite& m_site;
  std::string m_collection;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  std::string m_project;
  std::string m_plain;
  std::uint64_t m_documents = 0;
  std::uint32_t m_part = 0;
  Contents m_contents;
};

}  // namespace

FirestoreCapture::FirestoreCapture(const Settings& settings, archive::ChunkSink& sink,
                                   core::Context& context)
    : m_sink(sink), m_context(context) {
  for (auto& site : open_sites(settings, context.cancel)) {
    Cut cut;
    cut.captured.roots = site.roots;
    cut.captured.project = site.database->project();
    cut.captured.published = site.published;
    const auto moment = moment_of(*site.database, settings.safety);
    cut.captured.missing = !moment;
    if (moment) {
      cut.captured.read_time = *moment;
      cut.collections = collections_of(*site.database, site.roots, *moment);
    }
    cut.site = std::move(site);
    m_cuts.push_back(std::move(cut));
  }
}

// How large a collection is only its reading tells.
std::vector<Task> FirestoreCapture::plan() {
  std::vector<Task> items;
  for (auto& cut : m_cuts)
    for (const auto& collection : cut.collections)
      items.push_back({cut.site.database->id() + "/" + collection, kChunkBytes, false,
                       [this, &cut, collection] { capture(cut, collection); }});
  return items;
}

void FirestoreCapture::capture(Cut& cut, const std::string& collection) {
  const auto charge = m_context.memory.acquire(kShare, m_context.cancel);
  CollectionWriter writer(cut.site, collection, m_sink, m_context);
  cut.site.database->read(collection, {cut.captured.read_time, false},
                          [&](const Document& document) { writer.take(document); });
  writer.put();
  const std::lock_guard lock(m_mutex);
  for (const auto& [shape, sum] : writer.contents()) cut.captured.contents[shape].add(sum);
}

json::Value FirestoreCapture::finish() {
  json::Value databases = json::Value::array();
  for (const auto& cut : m_cuts) databases.push_back(to_json(cut.captured));
  json::Value detail;
  detail.set("databases", std::move(databases));
  return detail;
}

}  // namespace resources::firebase
