#include "resources/firebase/firestore_goes.hpp"

#include <map>
#include <mutex>

#include <fmt/format.h>

#include "core/worker_pool.hpp"
#include "json/value.hpp"
#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/firestore_site.hpp"

namespace resources::firebase {

namespace {

using Shapes = std::map<std::string, std::uint64_t>;  // documents of each

Shapes shapes_in(const FirestoreSite& site, const std::string& collection) {
  Shapes found;
  site.database->read(collection, {"", true}, [&](const Document& document) {
    const auto name = name_of(document);
    const auto path = relative_path(name);
    if (!lies_below(path, site.published)) ++found[collection_shape(path)];
  });
  return found;
}

}  // namespace

std::vector<std::string> firestore_that_goes(const Settings& settings,
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
        const auto found = shapes_in(site, collection);
        const std::lock_guard lock(mutex);
        for (const auto& [shape, documents] : found)
          if (contents.count(shape) == 0)
            gone.push_back(
                fmt::format("{} {}: {} documents", site.database->id(), shape, documents));
      });
  }
  core::run_all(std::move(jobs), settings.workers, context.cancel);
  return gone;
}

}  // namespace resources::firebase
