#include "resources/firebase/firestore_site.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/firebase/project.hpp"
#include "resources/firebase/published_place.hpp"

namespace resources::firebase {

namespace {

std::shared_ptr<google::Service> service_of(const Settings& settings,
                                            const core::CancelToken& cancel,
                                            const Project& project) {
  google::ServiceOptions options;
  options.name = kFirestore;
  options.address = settings.section.at(kFirestore).at("endpoint").as_string();
  return std::make_shared<google::Service>(std::move(options), project.tokens, cancel);
}

bool covers(const Roots& configured, const Roots& archived) {
  if (configured.whole()) return true;
  return std::all_of(
      archived.collections.begin(), archived.collections.end(), [&](const std::string& name) {
        return std::find(configured.collections.begin(), configured.collections.end(), name) !=
               configured.collections.end();
      });
}

void require_configured(const std::vector<Roots>& configured, const Roots& archived) {
  for (const auto& roots : configured)
    if (roots.database == archived.database && covers(roots, archived)) return;
  throw core::Error(
      core::ExitCode::kConfiguration,
      fmt::format("the archive holds collections of Firestore database {} that are not configured",
                  archived.database),
      "configure them in resources.firebase.firestore.databases of environment.json");
}

}  // namespace

std::vector<Roots> configured_roots(const Settings& settings) {
  std::vector<Roots> all;
  for (const auto& entry : settings.section.at(kFirestore).at("databases").as_array())
    all.push_back({entry.get_string("id", "(default)"), entry.get_strings("collections")});
  return all;
}

std::vector<FirestoreSite> open_sites(const Settings& settings, const core::CancelToken& cancel) {
  return open_sites(settings, configured_roots(settings), cancel);
}

std::vector<FirestoreSite> open_sites(const Settings& settings, const std::vector<Roots>& archived,
                                      const core::CancelToken& cancel) {
  const auto project = project_of(settings, cancel);
  const auto service = service_of(settings, cancel, project);
  const auto configured = configured_roots(settings);
  std::vector<FirestoreSite> sites;
  for (const auto& roots : archived) {
    require_configured(configured, roots);
    sites.push_back({std::make_shared<Database>(service, project.id, roots.database), roots,
                     published_document(settings, roots.database)});
  }
  return sites;
}

std::vector<std::string> collections_of(Database& database, const Roots& roots,
                                        const std::string& read_time) {
  return roots.whole() ? database.collections(read_time) : roots.collections;
}

std::optional<std::string> moment_of(Database& database, bool may_be_missing) {
  try {
    return database.now();
  } catch (const core::Error& error) {
    if (error.code() != core::ExitCode::kNotFound || !may_be_missing) throw;
    core::log_warning(error.what());
    return std::nullopt;
  }
}

}  // namespace resources::firebase
