#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/folder_cursor.hpp"
#include "core/path_text.hpp"
#include "resources/config_local/attributes.hpp"
#include "resources/config_local/open_root.hpp"
#include "resources/config_local/restore_site.hpp"
#include "resources/config_local/tree_scan.hpp"

namespace resources::config_local {

namespace {

class SiteInPlace final : public RestoreSite {
 public:
  SiteInPlace(const Configuration& configuration, const std::string& backup_id,
              core::Context& context)
      : m_live(configuration.path), m_context(context) {
    auto& journal = m_context.journal;
    const std::string boot_id = core::system_clock().boot_id();
    if (journal.recall(kName, "backup_id") != backup_id ||
        journal.recall(kName, "boot_id") != boot_id) {
      journal.clear(kName);
      journal.remember(kName, "boot_id", boot_id);
      journal.remember(kName, "backup_id", backup_id);
    }
    m_context.lease.check();
    if (::mkdir(m_live.c_str(), S_IRWXU) != 0 && errno != EEXIST)
      core::throw_errno("make folder", m_live);
    m_root = open_root(m_live);
  }

  int root() const override { return m_root.get(); }

  std::size_t go_live(const ArchivedTree& archived) override {
    m_context.lease.check();
    const Scan live = scan_tree(m_root.get(), archived.excluded, m_context.cancel);
    core::FolderCursor cursor(m_root.get());
    for (auto entry = live.tree.entries.rbegin(); entry != live.tree.entries.rend(); ++entry) {
      m_context.cancel.check();
      if (archived.tree.find(entry->path) == nullptr) remove(cursor, *entry);
    }
    finish_folders(archived);
    if (::syncfs(m_root.get()) != 0) core::throw_errno("flush", m_live);
    return live.excluded.size();
  }

 private:
  static void remove(core::FolderCursor& cursor, const Entry& entry) {
    const auto [folder, name_view] = core::split_path(entry.path);
    const std::string name(name_view);
    const bool is_folder = entry.type == EntryType::kFolder;
    // A folder that holds something excluded stays.
    if (::unlinkat(cursor.open(folder), name.c_str(), is_folder ? AT_REMOVEDIR : 0) != 0 &&
        !(is_folder && (errno == ENOTEMPTY || errno == EEXIST)) && errno != ENOENT)
      core::throw_errno("remove", entry.path);
  }

  void finish_folders(const ArchivedTree& archived) {
    core::FolderCursor cursor(m_root.get());
    const Owners owners(archived.tree);
    const auto& entries = archived.tree.entries;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
      if (entry->type == EntryType::kFolder)
        apply_metadata(cursor.open(entry->path), *entry, owners);
  }

  std::string m_live;
  core::Context& m_context;
  core::UniqueFd m_root;
};

}  // namespace

std::unique_ptr<RestoreSite> open_site_in_place(const Configuration& configuration,
                                                const std::string& backup_id,
                                                core::Context& context) {
  return std::make_unique<SiteInPlace>(configuration, backup_id, context);
}

}  // namespace resources::config_local
