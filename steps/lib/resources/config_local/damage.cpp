#include "resources/config_local/damage.hpp"

#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"

namespace resources::config_local {

namespace {

constexpr std::size_t kNamed = 20;

std::vector<std::string> paths_in(const ArchivedTree& archived, const archive::Member& member) {
  const bool pack = member.meta.get_string("kind") == "pack";
  const std::uint64_t number = member.meta.at(pack ? "pack" : "content").as_uint();
  std::vector<std::string> paths;
  for (const auto& entry : archived.tree.entries)
    if (entry.has_content() && (entry.content.parts == 0) == pack && entry.content.number == number)
      paths.push_back(core::encode_path(entry.path));
  return paths;
}

std::string name_some(const std::vector<std::string>& paths) {
  std::string text = paths.size() == 1 ? "file " : "files ";
  for (std::size_t i = 0; i < paths.size() && i < kNamed; ++i)
    text += (i == 0 ? "" : ", ") + paths[i];
  if (paths.size() > kNamed) text += fmt::format(" and {} more", paths.size() - kNamed);
  return text;
}

}  // namespace

// An index that cannot be read is empty: it refers to nothing.
const ArchivedTree& DamagedFiles::index() {
  if (!m_index) try {
      m_index = read_index(m_archive, Exclusion(), m_context);
    } catch (const core::Error& error) {
      if (error.code() != core::ExitCode::kIntegrity) throw;
      m_index.emplace();
    }
  return *m_index;
}

std::string DamagedFiles::in(const archive::Member& member) {
  if (member.resource != kName || !member.meta.is_object()) return "";
  try {
    const std::string kind = member.meta.get_string("kind");
    if (kind != "pack" && kind != "part") return "";
    const auto paths = paths_in(index(), member);
    return paths.empty() ? "" : name_some(paths);
  } catch (const core::Error& error) {
    if (error.code() != core::ExitCode::kIntegrity) throw;
    return "";
  }
}

}  // namespace resources::config_local
