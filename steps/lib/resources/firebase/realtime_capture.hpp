#pragma once
// Copies Realtime Databases. There is no cut: it runs while users are out, and compares ETags
// before and after, so that a change meanwhile fails the capture instead of mixing two states.

#include <map>
#include <mutex>
#include <vector>

#include "archive/chunk_sink.hpp"
#include "resources/firebase/realtime_archive.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class RealtimeCapture final : public Work {
 public:
  RealtimeCapture(const Settings& settings, archive::ChunkSink& sink, core::Context& context);

  std::vector<Task> plan() override;  // "<database>/<parcel>"
  json::Value finish() override;

 private:
  using Fingerprints = std::map<std::string, std::string>;  // by subtree
  struct Copy {
    RealtimeSite site;
    Parcels parcels;
    Fingerprints before;
    RealtimeContents contents;
    std::string priorities;  // lines
  };
  static Fingerprints fingerprints(const RealtimeSite& site);
  void capture(std::size_t database, std::size_t parcel);
  void keep(Copy& copy, const RealtimeSums& sums, const std::string& priorities);
  void read_root_priorities(Copy& copy);
  void put_rest(std::size_t index, Copy& copy);
  void refuse_changes(const Copy& copy) const;

  archive::ChunkSink& m_sink;
  core::Context& m_context;
  std::vector<Copy> m_copies;
  std::mutex m_mutex;
};

}  // namespace resources::firebase
