#include "resources/firebase/firestore_destroy.hpp"

#include <map>
#include <mutex>

#include <fmt/format.h>

#include "core/worker_pool.hpp"
#include "json/value.hpp"
#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/firestore_site.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kBatch = 500;  // the most that one call takes

// Deletes what it is given, in batches.
class Remover {
 public:
  Remover(const FirestoreSite& site, core::Lease& lease) : m_site(site), m_lease(lease) {}

  void take(const Document& document) {
    const auto name = name_of(document);
    const auto path = relative_path(name);
    if (lies_below(path, m_site.published)) return;
    ++m_removed[collection_shape(path)];
    m_batch.push_back("{\"delete\":" + std::string(document.name) + "}");
    if (m_batch.size() >= kBatch) flush();
  }

  void flush() {
    if (m_batch.empty()) return;
    m_lease.check();
    m_site.database->write(m_batch);
    m_batch.clear();
  }

  const std::map<std::string, std::uint64_t>& removed() const { return m_removed; }

 private:
  const FirestoreSite& m_site;
  core::Lease& m_lease;
  std::vector<std::string> m_batch;
  std::map<std::string, std::uint64_t> m_removed;
};

}  // namespace

std::vector<std::string> destroy_firestore(const Settings& settings,
                                           const archive::ArchiveReader& archive,
                                           core::Context& context) {
  const auto archived = archived_databases(archive);
  const auto sites = open_sites(settings, roots_of(archived), context.cancel);
  std::mutex mutex;
  std::vector<std::string> gone;
  std::vector<core::Job> jobs;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const auto& site = sites[i];
    const auto& contents = archived[i].contents;
    const auto moment = moment_of(*site.database, archived[i].missing);
    if (!moment) continue;
    for (const auto& collection : collections_of(*site.database, site.roots, *moment))
      jobs.emplace_back([&, collection] {
        Remover remover(site, context.lease);
        site.database->read(collection, {"", true},
                            [&](const Document& document) { remover.take(document); });
        remover.flush();
        const std::lock_guard lock(mutex);
        for (const auto& [shape, documents] : remover.removed())
          if (contents.count(shape) == 0)
            gone.push_back(
                fmt::format("{} {}: {} documents", site.database->id(), shape, documents));
      });
  }
  core::run_all(std::move(jobs), settings.workers, context.cancel);
  return gone;
}

}  // namespace resources::firebase
