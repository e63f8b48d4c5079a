#include <fcntl.h>
#include <unistd.h>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "resources/config_local/beside_tree.hpp"
#include "resources/config_local/kept_entries.hpp"
#include "resources/config_local/open_root.hpp"
#include "resources/config_local/restore_site.hpp"

namespace resources::config_local {

namespace {

class SiteBeside final : public RestoreSite {
 public:
  SiteBeside(const Configuration& configuration, const std::string& backup_id,
             core::Context& context)
      : m_live(configuration.path), m_context(context) {
    if (!find_interrupted(backup_id)) start_anew(backup_id);
    m_root = open_root(m_swapped ? m_live : m_tree);
  }

  int root() const override { return m_root.get(); }
  bool is_built() const override { return m_swapped; }

  std::size_t go_live(const ArchivedTree& archived) override {
    if (!m_swapped) {
      if (::syncfs(m_root.get()) != 0) core::throw_errno("flush", m_tree);
      m_context.cancel.check();
      m_context.lease.check();
      swap_trees(m_tree, m_live);
    }
    if (inode_of(m_tree) == 0) return 0;  // there was no live tree
    const auto old = open_root(m_tree);
    return move_excluded(old.get(), m_root.get(), archived.excluded, archived.tree,
                         m_context.cancel);
  }

 private:
  bool find_interrupted(const std::string& backup_id) {
    auto& journal = m_context.journal;
    const auto tree = journal.recall(kName, "tree");
    const auto inode = journal.recall(kName, "tree_inode");
    if (!tree || !inode || journal.recall(kName, "backup_id") != backup_id) return false;
    m_tree = *tree;
    // The swap follows a flush, so it holds even over a reboot.
    m_swapped = std::to_string(inode_of(m_live)) == *inode;
    return m_swapped || (std::to_string(inode_of(m_tree)) == *inode &&
                         journal.recall(kName, "boot_id") == core::system_clock().boot_id());
  }

  void start_anew(const std::string& backup_id) {
    m_context.lease.check();
    for (const auto& tree : trees_beside(m_live)) {
      m_context.progress.note("config-local: removing " + tree + ", left by an earlier restore");
      remove_tree_beside(tree, m_context.cancel);
    }
    auto& journal = m_context.journal;
    journal.clear(kName);
    m_tree = make_tree_beside(m_live);
    journal.remember(kName, "tree", m_tree);
    journal.remember(kName, "backup_id", backup_id);
    journal.remember(kName, "boot_id", core::system_clock().boot_id());
    // Last: without it the other facts count for nothing.
    journal.remember(kName, "tree_inode", std::to_string(inode_of(m_tree)));
  }

  std::string m_live;
  core::Context& m_context;
  std::string m_tree;
  bool m_swapped = false;
  core::UniqueFd m_root;
};

}  // namespace

std::unique_ptr<RestoreSite> open_site_beside(const Configuration& configuration,
                                              const std::string& backup_id,
                                              core::Context& context) {
  return std::make_unique<SiteBeside>(configuration, backup_id, context);
}

void forget_site(core::Context& context) {
  context.journal.clear(kName);
  for (const auto* fact : {"tree_inode", "backup_id"}) context.journal.remember(kName, fact, "");
}

}  // namespace resources::config_local
