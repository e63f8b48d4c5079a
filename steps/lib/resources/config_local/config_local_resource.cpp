#include "resources/config_local/config_local_resource.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "resources/config_local/beside_tree.hpp"
#include "resources/config_local/capture_work.hpp"
#include "resources/config_local/comparison.hpp"
#include "resources/config_local/index.hpp"
#include "resources/config_local/index_line.hpp"
#include "resources/config_local/open_root.hpp"
#include "resources/config_local/preflight.hpp"
#include "resources/config_local/prove_work.hpp"
#include "resources/config_local/restore_site.hpp"
#include "resources/config_local/restore_work.hpp"

namespace resources::config_local {

namespace {

constexpr std::size_t kMaxNamed = 100;

std::vector<std::string> name_entries(const Tree& tree, const std::vector<std::uint32_t>& places) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < places.size() && i < kMaxNamed; ++i)
    names.push_back(core::encode_path(tree.entries[places[i]].path));
  if (places.size() > kMaxNamed)
    names.push_back(fmt::format("and {} more entries", places.size() - kMaxNamed));
  return names;
}

}  // namespace

ConfigLocalResource::ConfigLocalResource(const Settings& settings)
    : m_settings(settings), m_configuration(configuration_from(settings)) {}

std::string ConfigLocalResource::name() const {
  return kName;
}

PreflightReport ConfigLocalResource::preflight_backup(core::Context& context) {
  return examine_backup(m_configuration, m_settings, context);
}

std::string ConfigLocalResource::holds(core::Context&) {
  std::error_code failure;
  const std::filesystem::directory_iterator entries(m_configuration.path, failure);
  if (failure == std::errc::no_such_file_or_directory) return "";
  if (failure) core::throw_errno("list", m_configuration.path);
  const auto count = std::distance(begin(entries), end(entries));
  return count == 0 ? "" : fmt::format("{} entries in {}", count, m_configuration.path);
}

PreflightReport ConfigLocalResource::preflight_restore(const archive::ArchiveReader& archive,
                                                       core::Context& context) {
  return examine_restore(m_configuration, m_settings, archive, context);
}

std::unique_ptr<Work> ConfigLocalResource::open(archive::ChunkSink& sink, core::Context& context) {
  return make_capture_work(m_configuration.path, m_configuration.exclude, sink, context);
}

std::vector<std::string> ConfigLocalResource::destroy(const archive::ArchiveReader& archive,
                                                      core::Context& context) {
  context.lease.check();
  forget_site(context);
  const ArchivedTree archived = read_index(archive, m_configuration.exclude, context);
  if (inode_of(m_configuration.path) == 0) return {};
  const auto root = open_root(m_configuration.path);
  const Scan live = scan_tree(root.get(), archived.excluded, context.cancel);
  return name_entries(live.tree, pair_entries(archived.tree, live).only_live);
}

std::unique_ptr<Work> ConfigLocalResource::restore(const archive::ArchiveReader& archive,
                                                   core::Context& context) {
  return make_restore_work(m_configuration, archive, context);
}

std::unique_ptr<Work> ConfigLocalResource::prove(const archive::ArchiveReader& archive,
                                                 core::Context& context) {
  return make_prove_work(m_configuration, archive, context);
}

void ConfigLocalResource::clean_up(core::Context& context) {
  for (const auto& tree : trees_beside(m_configuration.path)) {
    context.lease.check();
    remove_tree_beside(tree, context.cancel);
  }
}

}  // namespace resources::config_local
