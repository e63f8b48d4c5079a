#pragma once
// Writes the archived documents back, whole, under the project that is configured now. A chunk that
// is written twice changes nothing.

#include <map>

#include "resources/firebase/firestore_archive.hpp"
#include "resources/firebase/firestore_site.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class FirestoreRestore final : public Work {
 public:
  FirestoreRestore(const Settings& settings, const archive::ArchiveReader& archive,
                   core::Context& context);

  std::vector<Task> plan() override;
  void run(const Task& item) override;  // one chunk
  json::Value finish() override;        // {"documents"}

 private:
  struct Chunk {
    const archive::Member* member;
    const FirestoreSite* site;
    const ArchivedDatabase* archived;
  };
  void load(const Chunk& chunk, std::string_view plain);

  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  std::vector<ArchivedDatabase> m_archived;
  std::vector<FirestoreSite> m_sites;
  std::map<std::string, Chunk> m_chunks;
};

}  // namespace resources::firebase
