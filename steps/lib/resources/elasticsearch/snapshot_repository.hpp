#pragma once
// A snapshot repository of type `fs` that exists for one run: a folder of its own below one that
// the server may use (path.repo) and that this process sees as well.

#include <optional>
#include <string>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"

namespace resources::elasticsearch {

struct RepositoryPlace {
  std::string folder;         // as this process sees it
  std::string server_folder;  // as the server sees it

  // From the section's object `snapshot`; nothing when it has none.
  static std::optional<RepositoryPlace> from(const json::Value& section);
};

class SnapshotRepository {
 public:
  static constexpr const char* kSnapshot = "environment-backup";
  // No file of an index that the server writes is larger; one of this size is finished.
  static constexpr std::uint64_t kLargestFile = std::uint64_t{8} << 20;

  // `name` of both the repository and its folder. Registers nothing yet.
  SnapshotRepository(Cluster& cluster, RepositoryPlace place, std::string name);
  ~SnapshotRepository();  // remove(), best effort
  SnapshotRepository(const SnapshotRepository&) = delete;
  SnapshotRepository& operator=(const SnapshotRepository&) = delete;

  std::string folder() const { return m_place.folder + "/" + m_name; }

  // Whether the server knows a repository of that name: an interrupted run left it.
  bool is_known();
  void register_for_writing() { register_it(false); }
  void register_for_reading() { register_it(true); }
  // Begins a snapshot and returns as soon as what it will hold is certain: every shard's commit is
  // taken, however much there is to copy.
  void begin(const std::vector<std::string>& names);
  // Throws Error(kServiceError) naming an index of which a part failed.
  bool is_complete();
  // None of the indices may exist. Returns when all of them can be used.
  void restore(const std::vector<std::string>& names);
  // Ends a snapshot that runs, lets the server remove its files, unregisters, and removes the
  // folder where this process may. Nothing there: does nothing.
  void remove();

 private:
  void register_it(bool readonly);
  void delete_snapshot();
  void unregister();
  std::string path(const std::string& rest = "") const { return "/_snapshot/" + m_name + rest; }

  Cluster& m_cluster;
  RepositoryPlace m_place;
  std::string m_name;
  bool m_registered = false;
};

}  // namespace resources::elasticsearch
