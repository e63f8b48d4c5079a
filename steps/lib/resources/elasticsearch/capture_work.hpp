#pragma once
// Method export: reads every index of the cut and puts it into the archive as chunks that are bulk
// bodies already.

#include <memory>

#include "archive/chunk_sink.hpp"
#include "resources/elasticsearch/checks.hpp"
#include "resources/elasticsearch/points.hpp"

namespace resources::elasticsearch {

struct CaptureOptions {
  IndexSelection selection;
  std::uint32_t slices = 0;
};

class CaptureWork final : public Work {
 public:
  // Opens the cut, then writes definitions and templates. Throws what check_backup() finds.
  CaptureWork(std::shared_ptr<Cluster> cluster, const CaptureOptions& options,
              archive::ChunkSink& sink, core::Context& context);

  std::vector<Task> plan() override;
  void run(const Task& item) override;
  json::Value finish() override;

 private:
  std::shared_ptr<Cluster> m_cluster;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  IndexSelection m_selection;
  Selected m_selected;
  std::unique_ptr<Points> m_points;
  std::mutex m_mutex;
  std::map<std::string, std::string> m_histories;
  std::map<std::string, DocumentSum> m_sums;
};

}  // namespace resources::elasticsearch
