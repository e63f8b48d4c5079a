#include "resources/firebase/realtime_checks.hpp"

#include <fmt/format.h>

#include "resources/firebase/checked.hpp"
#include "resources/firebase/realtime_archive.hpp"

namespace resources::firebase {

namespace {

// Reads what a capture reads first: rights, address, and that ETags come through.
void check_site(const RealtimeSite& site) {
  for (const auto& path : subtrees(site)) site.database->fingerprint(path);
  if (site.whole()) site.database->rules();
}

bool is_empty(RealtimeDatabase& database, const std::string& path) {
  constexpr std::size_t kSmall = 64;
  if (!database.shallow(path).leaf) return false;
  return database.get(path, kSmall) == "null";
}

}  // namespace

PreflightReport check_realtime_backup(const Settings& settings, core::Context& context) {
  PreflightReport report;
  checked(report, [&] {
    for (const auto& site : open_realtime(settings, context.cancel)) {
      checked(report, [&] { check_site(site); });
      if (!site.whole())
        report.findings.push_back(
            {core::ExitCode::kPrecondition,
             fmt::format("the rules of {} are not in the archive", site.database->url()),
             "they hold for the whole database, of which only some paths are configured", false});
    }
  });
  return report;
}

PreflightReport check_realtime_restore(const Settings& settings,
                                       const archive::ArchiveReader& archive,
                                       core::Context& context) {
  PreflightReport report;
  checked(report, [&] {
    for (const auto& [archived, site] : pair_up(settings, archive, context.cancel)) {
      checked(report, [&, &own = site] { check_site(own); });
      for (const auto& [top, sum] : archived.contents)
        report.plan.push_back(fmt::format("realtime database {} {}: {} values in the archive",
                                          site.database->url(), top, sum.count()));
    }
  });
  return report;
}

std::string realtime_holds(const Settings& settings, core::Context& context) {
  for (const auto& site : open_realtime(settings, context.cancel))
    for (const auto& path : subtrees(site))
      if (!is_empty(*site.database, path))
        return fmt::format("data at {}{}", site.database->url(), path.empty() ? "/" : path);
  return "";
}

}  // namespace resources::firebase
