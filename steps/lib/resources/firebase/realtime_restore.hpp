#pragma once
// Brings Realtime Databases back, chunk by chunk: each is one write of several places, and may be
// repeated. Priorities of nodes that were split, and the rules, come last.

#include "resources/firebase/realtime_archive.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class RealtimeRestore final : public Work {
 public:
  RealtimeRestore(const Settings& settings, const archive::ArchiveReader& archive,
                  core::Context& context);

  std::vector<Task> plan() override;  // names of members
  json::Value finish() override;

 private:
  void load(const RealtimePair& pair, const archive::Member& member);
  void restore_priorities(const RealtimePair& pair);
  void restore_rules(const RealtimePair& pair);

  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  std::vector<RealtimePair> m_pairs;
};

// Removes what the archive replaces; the published view stays. Returns the top keys that the
// archive does not bring back.
std::vector<std::string> destroy_realtime(const Settings& settings,
                                          const archive::ArchiveReader& archive,
                                          core::Context& context);

}  // namespace resources::firebase
