#include "resources/elasticsearch/snapshot_capture.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "resources/elasticsearch/captured_plain.hpp"
#include "resources/elasticsearch/members.hpp"

namespace resources::elasticsearch {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kPieceBytes = SnapshotRepository::kLargestFile;
constexpr int kFirstPauseMs = 20;
constexpr int kLongestPauseMs = 1000;
constexpr std::size_t kLanes = 2;
constexpr std::string_view kLane = "files ";

std::vector<std::string> names_of(const std::vector<Unit>& units) {
  std::vector<std::string> names;
  for (const auto& unit : units) names.push_back(unit.name);
  return names;
}

using Files = std::vector<std::pair<std::string, std::uint64_t>>;  // path in the folder, bytes

// While the server writes, folders and files come and go under the hands of who lists them.
Files files_below(const std::string& folder, bool complete) {
  Files files;
  try {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file())
        files.emplace_back(entry.path().lexically_relative(folder).string(), entry.file_size());
  } catch (const fs::filesystem_error& error) {
    if (!complete) return files;
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("the snapshot repository {} cannot be read: {}", folder,
                                  error.code().message()),
                      "let the account that runs this read what the server writes there");
  }
  return files;
}

archive::ChunkName piece_name(const std::string& file, std::uint64_t offset, std::uint64_t size) {
  std::string path = std::string(kResource) + "/snapshot";
  for (const auto& part : fs::path(file)) path += "/" + archive::encode_name(part.string());
  archive::ChunkName name;
  name.path = fmt::format("{}.{:06}.zst", path, offset / kPieceBytes);
  name.resource = kResource;
  name.meta.set("kind", "file");
  name.meta.set("file", file);
  name.meta.set("offset", offset);
  name.meta.set("size", size);
  return name;
}

}  // namespace

SnapshotCapture::SnapshotCapture(std::shared_ptr<Cluster> cluster, const CaptureOptions& options,
                                 const SnapshotOptions& snapshot, archive::ChunkSink& sink,
                                 core::Context& context)
    : m_cluster(std::move(cluster)),
      m_sink(sink),
      m_context(context),
      m_selection(options.selection),
      m_repository(*m_cluster, snapshot.place, snapshot.repository) {
  const auto inventory = list_inventory(*m_cluster);
  refuse_blocking(check_backup(*m_cluster, inventory, m_selection,
                               snapshot.checksum ? Reads::kDocuments : Reads::kFiles));
  m_selected = select(inventory, m_selection);
  if (snapshot.checksum)
    m_sums = std::make_unique<SliceSums>(*m_cluster, m_selected.units, options.slices, context);
  count_documents();
  m_repository.remove();
  m_repository.register_for_writing();
  m_repository.begin(names_of(m_selected.units));
  put_definitions(*m_cluster, m_selected.units, m_sink);
  note_left_out(m_context, m_selected.left_out);
}

void SnapshotCapture::count_documents() {
  for (const auto& unit : m_selected.units) {
    m_cluster->call("POST", path_of(unit.name, "/_refresh"), {}, "refreshing " + unit.name);
    m_counts[unit.name] =
        m_cluster->get_json(path_of(unit.name, "/_count"), "counting " + unit.name)
            .get_uint("count");
  }
}

// Which files there are is known only when the snapshot is complete, long after this.
std::vector<Task> SnapshotCapture::plan() {
  std::uint64_t bytes = 0;
  for (const auto& unit : m_selected.units) bytes += unit.primary_bytes();
  std::vector<Task> items;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    items.push_back({fmt::format("{}{}", kLane, lane), bytes / kLanes});
  if (m_sums)
    for (const auto& item : m_sums->items()) items.push_back(item);
  return items;
}

void SnapshotCapture::run(const Task& item) {
  if (item.id.compare(0, kLane.size(), kLane) == 0)
    put_pieces();
  else
    m_sums->run(item.id);
}

void SnapshotCapture::put_pieces() {
  while (const auto piece = next_piece()) {
    m_context.cancel.check();
    put(*piece);
  }
}

// Waits for one, asking ever more slowly; nothing when all are taken.
std::optional<SnapshotCapture::Piece> SnapshotCapture::next_piece() {
  const std::lock_guard<std::mutex> lock(m_listing);
  for (int pause = kFirstPauseMs; m_pieces.empty() && !m_complete;
       pause = std::min(2 * pause, kLongestPauseMs)) {
    m_complete = m_repository.is_complete();
    list_finished_files();
    if (m_pieces.empty() && !m_complete) m_context.cancel.sleep_ms(pause);
  }
  if (m_pieces.empty()) return std::nullopt;
  auto piece = std::move(m_pieces.back());
  m_pieces.pop_back();
  return piece;
}

// The server goes on writing: what has its full size changes no more.
void SnapshotCapture::list_finished_files() {
  for (const auto& [file, size] : files_below(m_repository.folder(), m_complete)) {
    if (!m_complete && size != SnapshotRepository::kLargestFile) continue;
    const auto [known, is_new] = m_listed.emplace(file, size);
    if (is_new) list_pieces(file, size);
    if (known->second != size)
      throw core::Error(core::ExitCode::kServiceError,
                        fmt::format("{} of the snapshot changed after it was written", file),
                        "look at the log of the server");
  }
}

// Memory stays the same whatever the size of a file.
void SnapshotCapture::list_pieces(const std::string& file, std::uint64_t size) {
  std::uint64_t offset = 0;
  do {
    m_pieces.push_back({file, offset, std::min(kPieceBytes, size - offset), size});
    offset += kPieceBytes;
  } while (offset < size);
}

void SnapshotCapture::put(const Piece& piece) {
  const auto path = m_repository.folder() + "/" + piece.file;
  const auto charge = m_context.memory.acquire(2 * piece.size + 1, m_context.cancel);
  const auto fd = core::open_fd(path, O_RDONLY | O_NOFOLLOW);
  std::string bytes(piece.size, '\0');
  core::pread_exactly(fd.get(), bytes.data(), piece.size, static_cast<off_t>(piece.offset), path);
  m_sink.put(piece_name(piece.file, piece.offset, piece.file_size), archive::encode_zstd(bytes));
  m_context.progress.advance(kResource, piece.size);
}

json::Value SnapshotCapture::finish() {
  json::Value detail = describe(*m_cluster, m_selection, m_selected.left_out);
  detail.set("method", "snapshot");
  detail.set("checksum", m_sums != nullptr);
  json::Value indices = json::Value::object();
  for (const auto& unit : m_selected.units) {
    json::Value entry;
    entry.set("documents", m_counts[unit.name]);
    if (m_sums) {
      entry.set("documents", m_sums->of(unit.name).count());
      entry.set("checksum", m_sums->of(unit.name).checksum());
    }
    entry.set("data_stream", unit.data_stream);
    indices.set(unit.name, std::move(entry));
  }
  detail.set("indices", std::move(indices));
  m_sums.reset();
  m_repository.remove();
  return detail;
}

}  // namespace resources::elasticsearch
