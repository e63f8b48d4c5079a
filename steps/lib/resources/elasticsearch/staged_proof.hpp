#pragma once
// Proves what is staged, and notes of each index by what prove() knows it again after the move.

#include "resources/elasticsearch/prove_work.hpp"
#include "resources/elasticsearch/search_servers.hpp"

namespace resources::elasticsearch {

class StagedProof final : public Work {
 public:
  StagedProof(SearchServers servers, const archive::ArchiveReader& archive, std::uint32_t slices,
              core::Context& context);

  std::vector<Task> plan() override { return m_proof->plan(); }
  void run(const Task& item) override { m_proof->run(item); }
  json::Value finish() override;

 private:
  SearchServers m_servers;
  core::Context& m_context;
  ArchivedUnits m_archived;
  std::map<std::string, KnownIndex> m_seen;  // before anything was read
  std::unique_ptr<ProveWork> m_proof;
};

}  // namespace resources::elasticsearch
