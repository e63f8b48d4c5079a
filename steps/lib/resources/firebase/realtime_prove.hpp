#pragma once
// Compares Realtime Databases with the archive, by count and checksum of each top key.

#include <mutex>

#include "resources/firebase/realtime_archive.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class RealtimeProve final : public Work {
 public:
  RealtimeProve(const Settings& settings, const archive::ArchiveReader& archive,
                core::Context& context);

  std::vector<Task> plan() override;  // "<database>/<parcel>"
  json::Value finish() override;

 private:
  struct Comparison {
    RealtimePair pair;
    Parcels parcels;
    RealtimeContents found;
  };
  void read(Comparison& comparison, std::size_t parcel);
  void add_root_priorities(Comparison& comparison);
  void compare_rules(const RealtimePair& pair, std::vector<Difference>& differences) const;

  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  std::vector<Comparison> m_comparisons;
  std::mutex m_mutex;
};

}  // namespace resources::firebase
