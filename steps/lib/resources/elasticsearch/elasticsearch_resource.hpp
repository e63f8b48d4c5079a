#pragma once
// The indices of an Elasticsearch or OpenSearch cluster as a resource.

#include <memory>

#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/index_selection.hpp"
#include "resources/elasticsearch/load_scope.hpp"
#include "resources/elasticsearch/search_servers.hpp"
#include "resources/elasticsearch/snapshot_repository.hpp"
#include "resources/resource.hpp"
#include "resources/says_what_it_holds.hpp"
#include "resources/settings.hpp"

namespace resources::elasticsearch {

class ElasticsearchResource final : public Resource, public SaysWhatItHolds {
 public:
  explicit ElasticsearchResource(const Settings& settings);

  std::string name() const override { return "elasticsearch"; }
  PreflightReport preflight_backup(core::Context& context) override;
  std::string holds(core::Context& context) override;
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override;
  bool has_cut() const override { return true; }
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override;
  std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                   core::Context& context) override;
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override;
  StagingPlan plan_staging(const archive::ArchiveReader& archive, core::Context& context) override;
  std::unique_ptr<Work> stage(const archive::ArchiveReader& archive,
                              core::Context& context) override;
  std::unique_ptr<Work> prove_staged(const archive::ArchiveReader& archive,
                                     core::Context& context) override;
  void unstage(core::Context& context) override;
  void check_move(const archive::ArchiveReader& target, const archive::ArchiveReader* safety,
                  core::Context& context) override;
  void move_back(core::Context& context) override;
  std::unique_ptr<Work> restore_rest(const archive::ArchiveReader& archive,
                                     core::Context& context) override;
  void check_aside_unused(core::Context& context) override;
  void drop_aside(core::Context& context) override;
  std::vector<std::string> list_beside(core::Context& context) override;
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override;
  void clean_up(core::Context& context) override;

 private:
  std::shared_ptr<Cluster> cluster(core::Context& context, const Patience& patience = {}) const;
  SearchServers servers(core::Context& context) const;
  // The archive is staged, and goes in by a move.
  LoadScope load_scope() const;
  static bool is_moved(const archive::ArchiveReader& archive, core::Context& context);
  bool snapshots() const;        // the method is snapshot
  bool reads_documents() const;  // a capture does, for the export or for a checksum
  RepositoryPlace place() const;
  std::string repository(const char* purpose) const;  // the name that the server knows it by

  Settings m_settings;
  IndexSelection m_selection;
  std::map<std::string, std::string> m_checked;  // see check_move() of move_checks.hpp
};

}  // namespace resources::elasticsearch
