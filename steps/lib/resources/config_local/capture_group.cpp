#include "resources/config_local/capture_group.hpp"

#include "core/path_text.hpp"

namespace resources::config_local {

namespace {

constexpr std::size_t kPackEntries = 4096;

class Grouping {
 public:
  Grouping(const Tree& tree, std::uint32_t* next_number) : m_tree(tree), m_next(next_number) {}

  void add(std::uint32_t place) {
    const Entry& entry = m_tree.entries[place];
    if (entry.has_content() && entry.size >= kLargeFileBytes) {
      m_groups.push_back({(*m_next)++, true, {place}, entry.size});
      return;
    }
    const std::string_view folder = core::split_path(entry.path).first;
    if (is_full(folder)) close();
    m_folder = folder;
    m_pack.entries.push_back(place);
    if (entry.has_content()) m_pack.content_bytes += entry.size;
  }

  std::vector<CaptureGroup> finish() {
    close();
    return std::move(m_groups);
  }

 private:
  // Half full is enough at the end of a folder.
  bool is_full(std::string_view folder) const {
    return m_pack.entries.size() >= kPackEntries || m_pack.content_bytes >= kPackBytes ||
           (folder != m_folder && m_pack.content_bytes >= kPackBytes / 2);
  }

  void close() {
    if (m_pack.entries.empty()) return;
    m_pack.number = (*m_next)++;
    m_groups.push_back(std::move(m_pack));
    m_pack = {};
  }

  const Tree& m_tree;
  std::uint32_t* m_next;
  std::string_view m_folder;
  CaptureGroup m_pack;
  std::vector<CaptureGroup> m_groups;
};

}  // namespace

std::vector<CaptureGroup> group_entries(const Tree& tree, const std::vector<std::uint32_t>& places,
                                        std::uint32_t* next_number) {
  Grouping grouping(tree, next_number);
  for (const std::uint32_t place : places) grouping.add(place);
  return grouping.finish();
}

}  // namespace resources::config_local
