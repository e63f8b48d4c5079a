#include "resources/config_local/restore_work.hpp"

#include "resources/config_local/content_restore.hpp"
#include "resources/config_local/restore_site.hpp"

namespace resources::config_local {

namespace {

// Journalled when the tree is live: a rerun then has nothing to do.
constexpr const char* kLive = "live";

class RestoreWork final : public Work {
 public:
  RestoreWork(const Configuration& configuration, const archive::ArchiveReader& archive,
              core::Context& context)
      : m_in_place(configuration.in_place),
        m_context(context),
        m_archived(read_index(archive, configuration.exclude, context)),
        m_content(m_archived, archive, context) {
    if (context.journal.is_done(kName, kLive)) return;
    const std::string& backup_id = archive.manifest().backup_id;
    m_site = configuration.in_place ? open_site_in_place(configuration, backup_id, context)
                                    : open_site_beside(configuration, backup_id, context);
    m_writer = std::make_unique<TreeWriter>(m_site->root(), configuration.in_place, m_archived.tree,
                                            context.cancel);
    if (!m_site->is_built()) m_writer->make_folders();
  }

  std::vector<Task> plan() override {
    if (!m_site || m_site->is_built()) return {};
    return m_content.plan();
  }

  void run(const Task& item) override {
    m_context.lease.check();
    m_content.run(item, m_site->root(), *m_writer);
  }

  json::Value finish() override {
    json::Value report = json::Value::object();
    report.set("entries", m_archived.tree.entries.size());
    report.set("size_bytes", m_archived.tree.content_bytes());
    if (!m_site) return report;
    if (!m_site->is_built()) {
      m_writer->finish_large_files();
      m_writer->make_links();
      // In place, entries are still to be removed: the folders follow after that.
      if (!m_in_place) m_writer->finish_folders();
    }
    report.set("kept", m_site->go_live(m_archived));
    m_context.journal.done(kName, kLive);
    return report;
  }

 private:
  const bool m_in_place;
  core::Context& m_context;
  ArchivedTree m_archived;
  ContentRestore m_content;
  std::unique_ptr<RestoreSite> m_site;
  std::unique_ptr<TreeWriter> m_writer;
};

}  // namespace

std::unique_ptr<Work> make_restore_work(const Configuration& configuration,
                                        const archive::ArchiveReader& archive,
                                        core::Context& context) {
  return std::make_unique<RestoreWork>(configuration, archive, context);
}

}  // namespace resources::config_local
