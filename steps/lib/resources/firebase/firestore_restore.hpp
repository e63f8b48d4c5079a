#pragma once
// Makes live equal the archive where it is: documents that differ are written, whole, under the
// project that is configured now; those that the archive does not hold are removed last. What is
// equal is left alone, so a run after a kill goes on where the other ended.

#include <atomic>
#include <deque>

#include "resources/firebase/firestore_archive.hpp"
#include "resources/firebase/firestore_site.hpp"
#include "resources/firebase/live_records.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class FirestoreRestore final : public Work {
 public:
  FirestoreRestore(const Settings& settings, const archive::ArchiveReader& archive,
                   core::Context& context);

  std::vector<Task> plan() override;  // a chunk each
  json::Value finish() override;      // {"documents", "written", "removed"}

 private:
  // One database: what the archive holds, where it goes, what is there.
  struct Place {
    ArchivedDatabase archived;
    FirestoreSite site;
    std::vector<std::string> collections;  // that live has of it
    LiveRecords live;
    ArchivedNames names;
  };
  void look_at_live(std::size_t workers);
  void load(Place& place, const archive::Member& member);
  void load_lines(Place& place, const archive::Member& member, std::string_view plain);
  void remove_extras(Place& place);

  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  std::deque<Place> m_places;
  std::atomic<std::uint64_t> m_written{0};
  std::uint64_t m_removed = 0;
};

}  // namespace resources::firebase
