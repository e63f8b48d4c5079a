#include "resources/config_local/prove_work.hpp"

#include <algorithm>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/folder_cursor.hpp"
#include "core/path_text.hpp"
#include "resources/config_local/comparison.hpp"
#include "resources/config_local/file_content.hpp"
#include "resources/config_local/index_line.hpp"
#include "resources/config_local/open_root.hpp"

namespace resources::config_local {

namespace {

constexpr std::size_t kMaxDifferences = 1000;
constexpr std::uint64_t kGroupBytes = std::uint64_t{32} << 20;
constexpr std::size_t kGroupEntries = 2048;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

std::string names_of(const Attributes& attributes) {
  std::string text = "attributes";
  for (const auto& [name, value] : attributes)
    text += fmt::format(" {}={}", core::encode_path(name), core::to_hex(value));
  return attributes.empty() ? "no attributes" : text;
}

class ProveWork final : public Work {
 public:
  ProveWork(const Configuration& configuration, const archive::ArchiveReader& archive,
            core::Context& context)
      : m_path(configuration.path),
        m_context(context),
        m_archived(read_index(archive, configuration.exclude, context)),
        m_owners(m_archived.tree) {}

  std::vector<Task> plan() override {
    try {
      m_root = open_root(m_path);
    } catch (const core::Error& error) {
      if (error.code() != core::ExitCode::kNotFound) throw;
      add({m_path, "a folder", "nothing"});
      return {};
    }
    m_live = scan_tree(m_root.get(), m_archived.excluded, m_context.cancel);
    m_pairing = pair_entries(m_archived.tree, m_live);
    compare_names();
    return group();
  }

  void run(const Task& item) override {
    const auto charge = m_context.memory.acquire(kBufferBytes, m_context.cancel);
    core::FolderCursor cursor(m_root.get());
    std::string buffer;
    const auto& [begin, end] = m_groups.at(item.id);
    for (std::size_t i = begin; i < end; ++i) {
      m_context.cancel.check();
      compare(cursor, m_pairing.both[i], buffer);
    }
    m_context.progress.advance(kName, item.estimated_bytes);
  }

  json::Value finish() override {
    std::sort(m_differences.begin(), m_differences.end(),
              [](const Difference& a, const Difference& b) { return a.object < b.object; });
    if (m_left_out > 0)
      m_differences.push_back({fmt::format("{} more", m_left_out), "equal", "different"});
    return to_json(m_differences);
  }

 private:
  void compare_names() {
    for (const std::uint32_t place : m_pairing.only_archived) {
      const Entry& entry = m_archived.tree.entries[place];
      add({core::encode_path(entry.path), describe_type(entry), "nothing"});
    }
    for (const std::uint32_t place : m_pairing.only_live) {
      const Entry& entry = m_live.tree.entries[place];
      add({core::encode_path(entry.path), "nothing", describe_type(entry)});
    }
    for (const auto& path : m_live.devices) add({core::encode_path(path), "nothing", "a device"});
    for (const auto& path : m_live.unreadable)
      add({core::encode_path(path), "readable", "not readable by this user"});
  }

  std::vector<Task> group() {
    std::vector<Task> items;
    std::size_t begin = 0;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < m_pairing.both.size(); ++i) {
      bytes += m_archived.tree.entries[m_pairing.both[i].first].size;
      const bool last = i + 1 == m_pairing.both.size();
      if (!last && bytes < kGroupBytes && i - begin < kGroupEntries) continue;
      items.push_back({fmt::format("group-{:06}", items.size() + 1), bytes});
      m_groups[items.back().id] = {begin, i + 1};
      begin = i + 1;
      bytes = 0;
    }
    return items;
  }

  void compare(core::FolderCursor& cursor, std::pair<std::uint32_t, std::uint32_t> places,
               std::string& buffer) {
    const Entry& archived = m_archived.tree.entries[places.first];
    const Entry& live = m_live.tree.entries[places.second];
    for (auto& difference : compare_metadata(archived, live, m_owners)) add(std::move(difference));
    if (archived.type != live.type || archived.is_hard_link() || live.is_hard_link()) return;
    switch (archived.type) {
      case EntryType::kFile:
        return compare_file(cursor, archived, archived.size == live.size, buffer);
      case EntryType::kFolder:
        return compare_attributes(archived,
                                  read_attributes(cursor.open(archived.path), archived.path));
      case EntryType::kFifo: {
        const auto [folder, name] = core::split_path(archived.path);
        const int folder_fd = cursor.open(folder);
        return compare_attributes(archived,
                                  read_attributes_at(folder_fd, std::string(name), archived.path));
      }
      case EntryType::kSymbolicLink:
        return;
    }
  }

  void compare_file(core::FolderCursor& cursor, const Entry& archived, bool same_size,
                    std::string& buffer) {
    const auto [folder, name] = core::split_path(archived.path);
    const auto fd = open_file(cursor.open(folder), std::string(name), archived.path);
    if (!fd) return add({core::encode_path(archived.path), "a file", "nothing"});
    compare_attributes(archived, read_attributes(fd.get(), archived.path));
    if (!same_size) return;
    ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    bool clean = true;
    const Digest digest = hash_file(fd.get(), archived, buffer, &clean, m_context.cancel);
    if (digest != archived.sha256 || !clean)
      add({core::encode_path(archived.path), "SHA-256 " + digest_to_hex(archived.sha256),
           "SHA-256 " + digest_to_hex(digest)});
  }

  void compare_attributes(const Entry& archived, const Attributes& live) {
    if (archived.extra().attributes != live)
      add({core::encode_path(archived.path), names_of(archived.extra().attributes),
           names_of(live)});
  }

  void add(Difference difference) {
    const std::lock_guard lock(m_mutex);
    if (m_differences.size() < kMaxDifferences)
      m_differences.push_back(std::move(difference));
    else
      ++m_left_out;
  }

  std::string m_path;
  core::Context& m_context;
  ArchivedTree m_archived;
  Owners m_owners;
  core::UniqueFd m_root;
  Scan m_live;
  Pairing m_pairing;
  std::map<std::string, std::pair<std::size_t, std::size_t>> m_groups;
  std::mutex m_mutex;
  std::vector<Difference> m_differences;
  std::size_t m_left_out = 0;
};

}  // namespace

std::unique_ptr<Work> make_prove_work(const Configuration& configuration,
                                      const archive::ArchiveReader& archive,
                                      core::Context& context) {
  return std::make_unique<ProveWork>(configuration, archive, context);
}

}  // namespace resources::config_local
