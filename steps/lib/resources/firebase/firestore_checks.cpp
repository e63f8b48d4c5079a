#include "resources/firebase/firestore_checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/firestore_archive.hpp"
#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/firestore_site.hpp"

namespace resources::firebase {

namespace {

constexpr std::uint64_t kDocumentBytes = 1000;  // a guess, to find space by

Finding finding_of(const core::Error& error, bool blocking = true) {
  return {error.code(), error.what(), error.hint(), blocking};
}

void check_collection(Database& database, const std::string& collection, bool named,
                      PreflightReport& report) {
  const auto documents = database.count(collection);
  report.estimated_bytes += documents * kDocumentBytes;
  if (documents == 0 && named)
    report.findings.push_back(
        {core::ExitCode::kNotFound,
         fmt::format("collection {} of database {} is empty", collection, database.id()),
         "check that resources.firebase names it rightly", false});
}

void check_site(const FirestoreSite& site, bool safety, PreflightReport& report) {
  try {
    const auto now = site.database->now();
    for (const auto& collection : collections_of(*site.database, site.roots, now))
      check_collection(*site.database, collection, !site.roots.whole(), report);
  } catch (const core::Error& error) {
    const bool gone = error.code() == core::ExitCode::kNotFound;
    report.findings.push_back(finding_of(error, !(gone && safety)));
  }
}

// Documents of an archive in one root; all of them for "*".
std::uint64_t archived_in(const ArchivedDatabase& archived, const std::string& root) {
  std::uint64_t documents = 0;
  for (const auto& member : archived.chunks)
    if (member->meta.get_string("collection") == root) documents += member->rows.value_or(0);
  return documents;
}

void plan_site(const FirestoreSite& site, const ArchivedDatabase& archived,
               PreflightReport& report) {
  const auto now = moment_of(*site.database, archived.missing);
  if (!now) return;
  site.database->require_writable();
  if (archived.project != site.database->project())
    report.plan.push_back(
        fmt::format("database {}: comes from project {}, references into it "
                    "will point to {}",
                    site.database->id(), archived.project, site.database->project()));
  auto collections = collections_of(*site.database, site.roots, *now);
  for (const auto* member : archived.chunks) {
    const auto collection = member->meta.get_string("collection");
    if (std::find(collections.begin(), collections.end(), collection) == collections.end())
      collections.push_back(collection);
  }
  for (const auto& collection : collections)
    report.plan.push_back(
        fmt::format("{} {}: {} documents now, {} in the archive", site.database->id(), collection,
                    site.database->count(collection), archived_in(archived, collection)));
}

struct FirstDocument {};  // ends the reading

bool is_empty(const FirestoreSite& site, const std::string& collection) {
  try {
    site.database->read(collection, {"", true}, [&](const Document& document) {
      const auto name = name_of(document);
      if (!lies_below(relative_path(name), site.published)) throw FirstDocument{};
    });
    return true;
  } catch (const FirstDocument&) {
    return false;
  }
}

}  // namespace

PreflightReport check_firestore_backup(const Settings& settings, core::Context& context) {
  PreflightReport report;
  for (const auto& site : open_sites(settings, context.cancel))
    check_site(site, settings.safety, report);
  return report;
}

PreflightReport check_firestore_restore(const Settings& settings,
                                        const archive::ArchiveReader& archive,
                                        core::Context& context) {
  PreflightReport report;
  const auto archived = archived_databases(archive);
  try {
    const auto sites = open_sites(settings, roots_of(archived), context.cancel);
    for (std::size_t i = 0; i < sites.size(); ++i) plan_site(sites[i], archived[i], report);
  } catch (const core::Error& error) {
    report.findings.push_back(finding_of(error));
  }
  return report;
}

std::string firestore_holds(const Settings& settings, core::Context& context) {
  for (const auto& site : open_sites(settings, context.cancel)) {
    const auto now = moment_of(*site.database, true);
    if (!now) continue;
    for (const auto& collection : collections_of(*site.database, site.roots, *now))
      if (!is_empty(site, collection))
        return fmt::format("documents in collection {} of Firestore database {}", collection,
                           site.database->id());
  }
  return "";
}

}  // namespace resources::firebase
