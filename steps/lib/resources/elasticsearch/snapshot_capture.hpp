#pragma once
// Method snapshot: the server copies its own files into a repository, whose files go into the
// archive, each as soon as it is finished. Opening the cut takes as long as the server needs to
// note what is to be copied.

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "resources/elasticsearch/capture_work.hpp"
#include "resources/elasticsearch/slice_sums.hpp"
#include "resources/elasticsearch/snapshot_repository.hpp"

namespace resources::elasticsearch {

struct SnapshotOptions {
  RepositoryPlace place;
  std::string repository;  // name
  bool checksum = false;   // also read every document, so that prove compares more than counts
};

class SnapshotCapture final : public Work {
 public:
  // Removes what an interrupted run left, then begins the snapshot.
  SnapshotCapture(std::shared_ptr<Cluster> cluster, const CaptureOptions& options,
                  const SnapshotOptions& snapshot, archive::ChunkSink& sink,
                  core::Context& context);

  std::vector<Task> plan() override;
  void run(const Task& item) override;
  json::Value finish() override;

 private:
  struct Piece {
    std::string file;  // relative to the repository
    std::uint64_t offset;
    std::uint64_t size;
    std::uint64_t file_size;
  };

  void count_documents();
  void put_pieces();
  std::optional<Piece> next_piece();
  void list_finished_files();
  void list_pieces(const std::string& file, std::uint64_t size);
  void put(const Piece& piece);

  std::shared_ptr<Cluster> m_cluster;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  IndexSelection m_selection;
  Selected m_selected;
  std::map<std::string, std::uint64_t> m_counts;
  std::unique_ptr<SliceSums> m_sums;
  SnapshotRepository m_repository;
  std::mutex m_listing;
  std::map<std::string, std::uint64_t> m_listed;  // files, with their sizes
  std::vector<Piece> m_pieces;                    // that nobody has taken yet
  bool m_complete = false;                        // the snapshot, and so the list
};

}  // namespace resources::elasticsearch
