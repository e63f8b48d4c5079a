#include "resources/firebase/realtime_capture.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/project.hpp"
#include "resources/firebase/realtime_leaves.hpp"

namespace resources::firebase {

namespace {

// A piece as it came and as lines, and the chunk that fills meanwhile.
constexpr std::size_t kPiecesInMemory = 4;

// Collects the pieces of one parcel into chunks.
class PieceWriter {
 public:
  PieceWriter(std::size_t database, std::size_t parcel, const RealtimeSite& site,
              archive::ChunkSink& sink, core::Context& context)
      : m_database(database),
        m_parcel(parcel),
        m_site(site),
        m_sink(sink),
        m_context(context),
        m_sums(site) {}

  void piece(const std::string& path, std::string_view json) {
    m_context.cancel.check();
    m_sums.add_piece(path, json);
    // a write of several places cannot name the root itself
    if (path.empty())
      for_each_child(json,
                     [&](const std::string& child, std::string_view text) { line(child, text); });
    else
      line(path, json);
  }
  void priority(const std::string& path, std::string_view json) {
    m_sums.add_priority(path, json);
    append_line(m_priorities, path, json);
  }

  void put() {
    if (m_lines == 0) return;
    constexpr std::size_t kMostChunks = 1'000'000;
    m_sink.put(realtime_name(m_database, "data", m_parcel * kMostChunks + m_chunk++, m_lines),
               archive::encode_zstd(m_plain));
    m_context.progress.advance(kResource, m_plain.size());
    m_plain.clear();
    m_lines = 0;
  }
  const RealtimeSums& sums() const { return m_sums; }
  const std::string& priorities() const { return m_priorities; }

 private:
  // Each chunk becomes one write when it is restored.
  void line(const std::string& path, std::string_view json) {
    if (!m_plain.empty() && m_plain.size() + json.size() > m_site.piece_bytes) put();
    append_line(m_plain, path, json);
    ++m_lines;
  }

  std::size_t m_database;
  std::size_t m_parcel;
  const RealtimeSite& m_site;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  RealtimeSums m_sums;
  std::string m_plain;
  std::string m_priorities;
  std::uint64_t m_lines = 0;
  std::size_t m_chunk = 0;
};

std::uint64_t lines_in(const std::string& text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

RealtimeCapture::RealtimeCapture(const Settings& settings, archive::ChunkSink& sink,
                                 core::Context& context)
    : m_sink(sink), m_context(context) {
  for (auto& site : open_realtime(settings, context.cancel)) {
    Copy copy;
    copy.before = fingerprints(site);
    copy.parcels = parcels_of(site);
    copy.site = std::move(site);
    m_copies.push_back(std::move(copy));
  }
}

RealtimeCapture::Fingerprints RealtimeCapture::fingerprints(const RealtimeSite& site) {
  Fingerprints found;
  for (const auto& path : subtrees(site)) found[path] = site.database->fingerprint(path);
  return found;
}

std::vector<Task> RealtimeCapture::plan() {
  std::vector<Task> items;
  for (std::size_t i = 0; i < m_copies.size(); ++i)
    for (std::size_t k = 0; k < m_copies[i].parcels.list.size(); ++k)
      items.push_back({fmt::format("{}/{}", i, k), m_copies[i].site.piece_bytes, false,
                       [this, i, k] { capture(i, k); }});
  return items;
}

void RealtimeCapture::capture(std::size_t index, std::size_t parcel) {
  auto& copy = m_copies.at(index);
  const auto charge =
      m_context.memory.acquire(kPiecesInMemory * copy.site.piece_bytes, m_context.cancel);
  PieceWriter writer(index, parcel, copy.site, m_sink, m_context);
  RealtimeReader reader(
      copy.site, [&](const auto& path, auto json) { writer.piece(path, json); },
      [&](const auto& path, auto json) { writer.priority(path, json); });
  for (const auto& path : copy.parcels.list.at(parcel)) reader.read(path);
  writer.put();
  keep(copy, writer.sums(), writer.priorities());
}

void RealtimeCapture::keep(Copy& copy, const RealtimeSums& sums, const std::string& priorities) {
  const std::lock_guard lock(m_mutex);
  merge(copy.contents, sums.contents());
  copy.priorities += priorities;
}

void RealtimeCapture::read_root_priorities(Copy& copy) {
  RealtimeSums sums(copy.site);
  std::string lines;
  RealtimeReader reader(copy.site, nullptr, [&](const auto& path, auto json) {
    sums.add_priority(path, json);
    append_line(lines, path, json);
  });
  for (const auto& root : copy.parcels.split) reader.read_priority(root);
  keep(copy, sums, lines);
}

void RealtimeCapture::put_rest(std::size_t index, Copy& copy) {
  read_root_priorities(copy);
  if (!copy.priorities.empty())
    m_sink.put(realtime_name(index, "priorities", 0, lines_in(copy.priorities)),
               archive::encode_zstd(copy.priorities));
  // rules hold for a whole database: part of one has none of its own
  if (copy.site.whole())
    m_sink.put(realtime_name(index, "rules", 0, 1),
               archive::encode_zstd(copy.site.database->rules()));
}

void RealtimeCapture::refuse_changes(const Copy& copy) const {
  const auto after = fingerprints(copy.site);
  if (after == copy.before) return;
  std::string changed = "a key came or went";
  for (const auto& [path, etag] : copy.before)
    if (const auto now = after.find(path); now != after.end() && now->second != etag)
      changed = fmt::format("{} is not what it was", path.empty() ? "/" : path);
  throw core::Error(core::ExitCode::kPrecondition,
                    fmt::format("realtime database {} changed while it was copied: {}",
                                copy.site.database->url(), changed),
                    "see who writes while maintenance is on (a quiesce_command may stop it), then "
                    "run the job again");
}

json::Value RealtimeCapture::finish() {
  json::Value databases = json::Value::array();
  for (std::size_t i = 0; i < m_copies.size(); ++i) {
    auto& copy = m_copies[i];
    put_rest(i, copy);
    refuse_changes(copy);
    ArchivedRealtime archived;
    archived.url = copy.site.database->url();
    archived.paths = copy.site.roots;
    archived.published = copy.site.published;
    archived.contents = copy.contents;
    databases.push_back(to_json(archived, copy.site.whole()));
  }
  json::Value detail;
  detail.set("databases", std::move(databases));
  return detail;
}

}  // namespace resources::firebase
