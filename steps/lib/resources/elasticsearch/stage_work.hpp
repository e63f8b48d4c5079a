#pragma once
// Loads the indices of an archive beside the live ones, hidden, and rehearses what is made only
// when they are moved: a copy of each, templates and pipelines. Resumable by the journal.

#include <memory>

#include "resources/elasticsearch/restore_work.hpp"
#include "resources/elasticsearch/search_servers.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

class StageWork final : public Work {
 public:
  // `archive` must outlive this.
  StageWork(SearchServers servers, const archive::ArchiveReader& archive, core::Context& context);

  std::vector<Task> plan() override { return m_load->plan(); }
  void run(const Task& item) override { m_load->run(item); }
  json::Value finish() override;

 private:
  void forget_lost(const ArchivedUnit& unit);
  void remember_made(const ArchivedUnit& unit);
  void rehearse_copies();

  SearchServers m_servers;
  core::Context& m_context;
  ArchivedUnits m_archived;
  std::unique_ptr<RestoreWork> m_load;
};

}  // namespace resources::elasticsearch
