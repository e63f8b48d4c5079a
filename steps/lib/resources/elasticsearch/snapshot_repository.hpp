#pragma once
// A snapshot repository of type `fs` that exists for one run: a folder of its own below one that
// the server may use (path.repo) and that this process sees as well.

#include <string>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"

namespace resources::elasticsearch {

struct RepositoryPlace {
  std::string folder;         // as this process sees it
  std::string server_folder;  // as the server sees it; empty: the same
};

class SnapshotRepository {
 public:
  static constexpr const char* kSnapshot = "environment-backup";

  // `name` of both the repository and its folder. Registers nothing yet.
  SnapshotRepository(Cluster& cluster, RepositoryPlace place, std::string name);
  ~SnapshotRepository();  // unregisters, best effort
  SnapshotRepository(const SnapshotRepository&) = delete;
  SnapshotRepository& operator=(const SnapshotRepository&) = delete;

  std::string folder() const { return m_place.folder + "/" + m_name; }

  void register_for_writing() { register_it(false); }
  void register_for_reading() { register_it(true); }
  // Returns when it is complete. Throws Error(kServiceError) naming an index of which a part
  // failed.
  void take(const std::vector<std::string>& names);
  // None of the indices may exist. Returns when all of them can be used.
  void restore(const std::vector<std::string>& names);
  // Lets the server remove the snapshot's files, then unregisters and removes the folder where this
  // process may.
  void remove();
  // Unregisters and removes the folder: the snapshot stays the archive's.
  void forget();

 private:
  void register_it(bool readonly);
  void unregister();
  std::string path(const std::string& rest = "") const { return "/_snapshot/" + m_name + rest; }

  Cluster& m_cluster;
  RepositoryPlace m_place;
  std::string m_name;
  bool m_registered = false;
  bool m_readonly = false;
};

}  // namespace resources::elasticsearch
