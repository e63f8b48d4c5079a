#include "resources/config_local/capture_work.hpp"

#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "resources/config_local/entry_capture.hpp"
#include "resources/config_local/index.hpp"
#include "resources/config_local/index_line.hpp"
#include "resources/config_local/open_root.hpp"
#include "resources/config_local/tree_scan.hpp"

namespace resources::config_local {

namespace {

using core::Error;
using core::ExitCode;

constexpr int kRounds = 3;
constexpr int kPauseMs = 200;
constexpr std::size_t kNamed = 5;

std::string name_some(const std::vector<std::string>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < kNamed; ++i)
    text += (i == 0 ? "" : ", ") + core::encode_path(paths[i]);
  if (paths.size() > kNamed) text += fmt::format(" and {} more", paths.size() - kNamed);
  return text;
}

void refuse_what_cannot_be_copied(const Scan& scan) {
  if (!scan.devices.empty())
    throw Error(ExitCode::kPrecondition,
                fmt::format("{} are devices, which no backup holds", name_some(scan.devices)),
                "remove them or exclude them: /resources/config_local/exclude");
  if (!scan.unreadable.empty())
    throw Error(ExitCode::kStorage, fmt::format("cannot read {}", name_some(scan.unreadable)),
                "give the agent's user the right to read it, or exclude it");
}

// Carries what was captured of unchanged entries over to `now`; returns the places of the others.
std::vector<std::uint32_t> take_over(Tree& captured, Tree& now) {
  std::vector<std::uint32_t> changed;
  auto old = captured.entries.begin();
  for (std::uint32_t place = 0; place < now.entries.size(); ++place) {
    Entry& entry = now.entries[place];
    while (old != captured.entries.end() && before(old->path, entry.path)) ++old;
    const bool same = old != captured.entries.end() && old->path == entry.path && old->captured &&
                      same_state(*old, entry) &&
                      old->extra().same_file_as == entry.extra().same_file_as;
    if (!same) {
      changed.push_back(place);
      continue;
    }
    entry.captured = true;
    entry.content = old->content;
    entry.sha256 = old->sha256;
    entry.extras = std::move(old->extras);
  }
  return changed;
}

json::Value describe(const Tree& tree, const WrittenIndex& index) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& entry : tree.entries)
    ++counts[entry.is_hard_link() ? "hard_links" : fmt::format("{}s", type_name(entry.type))];
  json::Value detail = json::Value::object();
  detail.set("entries", tree.entries.size());
  for (const auto* key : {"files", "folders", "symlinks", "hard_links", "fifos"})
    detail.set(key, counts[key]);
  detail.set("size_bytes", tree.content_bytes());
  detail.set("index_sha256", index.sha256);
  detail.set("index_bytes", index.size_bytes);
  return detail;
}

class CaptureWork final : public Work {
 public:
  CaptureWork(const std::string& path, Exclusion exclusion, archive::ChunkSink& sink,
              core::Context& context)
      : m_path(path),
        m_root(open_root(path)),
        m_exclusion(std::move(exclusion)),
        m_sink(sink),
        m_context(context) {}

  std::vector<Task> plan() override {
    m_tree = scan();
    std::vector<std::uint32_t> all(m_tree.entries.size());
    std::iota(all.begin(), all.end(), 0U);
    std::vector<Task> items;
    for (auto& group : group_entries(m_tree, all, &m_next_number)) {
      Task item{fmt::format("{}-{:06}", group.large ? "file" : "pack", group.number),
                group.content_bytes};
      m_groups.emplace(item.id, std::move(group));
      items.push_back(std::move(item));
    }
    return items;
  }

  void run(const Task& item) override {
    capture_group(m_root.get(), m_groups.at(item.id), m_tree, m_sink, m_context);
  }

  json::Value finish() override {
    settle();
    json::Value detail = describe(m_tree, write_index(m_tree, m_sink, m_context));
    detail.set("path", m_path);
    json::Value patterns = json::Value::array();
    for (const auto& pattern : m_exclusion.patterns()) patterns.push_back(pattern);
    detail.set("exclude", std::move(patterns));
    return detail;
  }

 private:
  Tree scan() {
    Scan found = scan_tree(m_root.get(), m_exclusion, m_context.cancel);
    refuse_what_cannot_be_copied(found);
    return std::move(found.tree);
  }

  // Ends when a scan finds the tree exactly as it was captured.
  void settle() {
    for (int round = 0;; ++round) {
      Tree now = scan();
      const auto changed = take_over(m_tree, now);
      m_tree = std::move(now);
      if (changed.empty()) return;
      if (round == kRounds) refuse_restless(changed);
      m_context.progress.note(
          fmt::format("config-local: {} entries changed while they were read, "
                      "reading them again",
                      changed.size()));
      m_context.cancel.sleep_ms(kPauseMs * (round + 1));
      capture_again();
    }
  }

  // The pause may have changed what is there: the entries are examined anew first.
  void capture_again() {
    Tree now = scan();
    const auto changed = take_over(m_tree, now);
    m_tree = std::move(now);
    for (const auto& group : group_entries(m_tree, changed, &m_next_number))
      capture_group(m_root.get(), group, m_tree, m_sink, m_context);
  }

  [[noreturn]] void refuse_restless(const std::vector<std::uint32_t>& changed) const {
    std::vector<std::string> paths;
    for (const std::uint32_t place : changed) paths.push_back(m_tree.entries[place].path);
    throw Error(ExitCode::kPrecondition,
                fmt::format("{} changed during each of {} readings", name_some(paths), kRounds + 1),
                "stop what writes there (quiesce_command), or exclude it: "
                "/resources/config_local/exclude");
  }

  std::string m_path;
  core::UniqueFd m_root;
  Exclusion m_exclusion;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  Tree m_tree;
  std::uint32_t m_next_number = 1;
  std::map<std::string, CaptureGroup> m_groups;
};

}  // namespace

std::unique_ptr<Work> make_capture_work(const std::string& path, const Exclusion& exclusion,
                                        archive::ChunkSink& sink, core::Context& context) {
  return std::make_unique<CaptureWork>(path, exclusion, sink, context);
}

}  // namespace resources::config_local
