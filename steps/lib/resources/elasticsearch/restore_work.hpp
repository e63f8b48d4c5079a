#pragma once
// Method export, the way back: templates and pipelines, empty indices, documents in the chunks of
// the archive, then refresh, replicas, pipelines, aliases and blocks. Each step can be repeated.

#include <atomic>
#include <map>
#include <memory>

#include "resources/elasticsearch/bulk_loader.hpp"
#include "resources/elasticsearch/index_definition.hpp"
#include "resources/elasticsearch/load_scope.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

class RestoreWork final : public Work {
 public:
  // Makes everything but the documents. `archive` must outlive this.
  RestoreWork(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
              core::Context& context, LoadScope scope);

  std::vector<Task> plan() override;
  void run(const Task& item) override;
  json::Value finish() override;

 private:
  std::string read(const archive::Member& member) const;
  bool once(const std::string& item) const;  // not yet in the journal
  std::string key_of(const std::string& member) const;
  bool takes(const ArchivedUnit& unit) const;
  void put_templates_back();
  void refresh_beside(const std::string& unit, std::uint64_t loaded);
  void refresh(const std::string& name);
  void finish_beside(const IndexDefinition& definition);
  void put_dynamic_back(const IndexDefinition& definition);
  void finish_in_place();
  void finish_index(const IndexDefinition& definition);
  void finish_stream(const ArchivedUnit& unit);
  void put_aliases();
  void put_settings(const std::string& name, const std::string& body, const std::string& what);

  std::shared_ptr<Cluster> m_cluster;
  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  LoadScope m_scope;
  ArchivedUnits m_archived;
  std::vector<IndexDefinition> m_definitions;
  std::map<std::string, std::pair<const ArchivedUnit*, const archive::Member*>> m_chunks;
  std::map<std::string, std::atomic<std::uint64_t>> m_left;  // bytes of a unit still to be loaded
};

}  // namespace resources::elasticsearch
