#include "resources/config_local/comparison.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/path_text.hpp"
#include "resources/config_local/index_line.hpp"

namespace resources::config_local {

namespace {

bool holds_excluded(const std::string& folder, const std::vector<std::string>& excluded) {
  return std::any_of(excluded.begin(), excluded.end(), [&](const std::string& path) {
    return path.size() > folder.size() && path[folder.size()] == '/' &&
           path.compare(0, folder.size(), folder) == 0;
  });
}

std::string mtime_of(const Entry& entry) {
  return fmt::format("modified at {}.{:09}", entry.mtime_seconds, entry.mtime_nanoseconds);
}

std::string owner(std::uint32_t user, std::uint32_t group) {
  return fmt::format("owner {}:{}", user, group);
}

std::string link_of(const Entry& entry) {
  return entry.is_hard_link() ? "same file as " + core::encode_path(entry.extra().same_file_as)
                              : "a file of its own";
}

}  // namespace

Pairing pair_entries(const Tree& archived, const Scan& live) {
  Pairing pairing;
  const auto& left = archived.entries;
  const auto& right = live.tree.entries;
  std::uint32_t i = 0;
  std::uint32_t k = 0;
  while (i < left.size() || k < right.size()) {
    if (k == right.size() || (i < left.size() && before(left[i].path, right[k].path))) {
      pairing.only_archived.push_back(i++);
    } else if (i == left.size() || before(right[k].path, left[i].path)) {
      const bool tolerated =
          right[k].type == EntryType::kFolder && holds_excluded(right[k].path, live.excluded);
      if (!tolerated) pairing.only_live.push_back(k);
      ++k;
    } else {
      pairing.both.emplace_back(i++, k++);
    }
  }
  return pairing;
}

std::vector<Difference> compare_metadata(const Entry& archived, const Entry& live,
                                         const Owners& owners) {
  const std::string object = core::encode_path(archived.path);
  if (archived.type != live.type) return {{object, describe_type(archived), describe_type(live)}};
  std::vector<Difference> differences;
  const auto compare = [&](bool equal, auto text) {
    if (!equal) differences.push_back({object, text(archived), text(live)});
  };
  if (archived.type != EntryType::kSymbolicLink)
    compare(archived.mode == live.mode,
            [](const Entry& entry) { return fmt::format("mode {:04o}", entry.mode); });
  const std::uint32_t user = owners.user(archived.uid);
  const std::uint32_t group = owners.group(archived.gid);
  if (user != live.uid || group != live.gid)
    differences.push_back({object, owner(user, group), owner(live.uid, live.gid)});
  compare(archived.mtime_seconds == live.mtime_seconds &&
              archived.mtime_nanoseconds == live.mtime_nanoseconds,
          mtime_of);
  compare(archived.extra().target == live.extra().target,
          [](const Entry& entry) { return "link to " + core::encode_path(entry.extra().target); });
  compare(archived.extra().same_file_as == live.extra().same_file_as, link_of);
  if (archived.has_content() && live.has_content())
    compare(archived.size == live.size,
            [](const Entry& entry) { return fmt::format("{} bytes", entry.size); });
  return differences;
}

std::string describe_type(const Entry& entry) {
  return fmt::format("a {}", type_name(entry.type));
}

}  // namespace resources::config_local
