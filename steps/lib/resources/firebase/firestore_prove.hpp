#pragma once
// Reads the live collections as a backup would and compares counts and checksums, per kind of
// collection, with the archive.

#include <mutex>

#include "resources/firebase/firestore_archive.hpp"
#include "resources/firebase/firestore_site.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class FirestoreProve final : public Work {
 public:
  FirestoreProve(const Settings& settings, const archive::ArchiveReader& archive,
                 core::Context& context);

  std::vector<Task> plan() override;
  json::Value finish() override;

 private:
  void read(std::size_t database, const std::string& collection);
  void leave_published_out(const archive::ArchiveReader& archive, std::size_t i);
  void compare(const std::string& database, const Contents& expected, const Contents& found);

  core::Context& m_context;
  std::vector<ArchivedDatabase> m_archived;
  std::vector<FirestoreSite> m_sites;
  std::vector<std::string> m_read_times;
  std::vector<Contents> m_found;
  std::vector<Task> m_items;
  std::vector<Difference> m_differences;
  std::mutex m_mutex;
};

}  // namespace resources::firebase
