#pragma once
// Makes live users equal the archive's, with the project's hash parameters: those that differ are
// written whole, those that the archive does not hold are removed last. One that holds an e-mail
// address or the like that another user had goes first, or the other would be refused. What is
// equal is left alone, so a run after a kill goes on where the other ended.

#include <atomic>
#include <deque>

#include "resources/firebase/auth_site.hpp"
#include "resources/firebase/live_records.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class AuthRestore final : public Work {
 public:
  AuthRestore(const Settings& settings, const archive::ArchiveReader& archive,
              core::Context& context);

  std::vector<Task> plan() override;  // a chunk each
  json::Value finish() override;      // {"users", "written", "removed"}

 private:
  struct Place {
    TenantSite site;
    LiveRecords live;
    ArchivedNames names;
  };
  void look_at_live(Place& place);
  void load(Place& place, const archive::Member& member);
  void remove(Place& place, const std::vector<std::string>& ids);
  void remove_extras(Place& place);

  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  HashParameters m_parameters;
  std::deque<Place> m_places;
  std::atomic<std::uint64_t> m_written{0};
  std::uint64_t m_removed = 0;
};

}  // namespace resources::firebase
