#pragma once
// Reads every document of the configured collections as of one moment per database.

#include <map>
#include <mutex>

#include "archive/chunk_sink.hpp"
#include "resources/firebase/firestore_archive.hpp"
#include "resources/firebase/firestore_site.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

class FirestoreCapture final : public Work {
 public:
  // Fixes the moment. `settings.safety`: a database that is not there is recorded as missing;
  // else that throws.
  FirestoreCapture(const Settings& settings, archive::ChunkSink& sink, core::Context& context);

  std::vector<Task> plan() override;  // a collection at the root each
  json::Value finish() override;

 private:
  struct Cut {
    FirestoreSite site;
    ArchivedDatabase captured;
    std::vector<std::string> collections;
  };
  void capture(Cut& cut, const std::string& collection);

  archive::ChunkSink& m_sink;
  core::Context& m_context;
  std::vector<Cut> m_cuts;
  std::mutex m_mutex;
};

}  // namespace resources::firebase
