#include "resources/firebase/realtime_part.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/realtime_capture.hpp"
#include "resources/firebase/realtime_prove.hpp"
#include "resources/firebase/realtime_restore.hpp"

namespace resources::firebase {

namespace {

// Runs one check; what it throws is a finding.
template <typename Check>
void checked(PreflightReport& report, const Check& check) {
  try {
    check();
  } catch (const core::Error& error) {
    report.findings.push_back({error.code(), error.what(), error.hint(), true});
  }
}

// Reads what a capture reads first: rights, address, and that ETags come through.
void check_site(const RealtimeSite& site) {
  for (const auto& path : subtrees(site)) site.database->fingerprint(path);
  if (site.whole()) site.database->rules();
}

}  // namespace

std::string RealtimePart::name() const {
  return kRealtime;
}

PreflightReport RealtimePart::preflight_backup(core::Context& context) {
  PreflightReport report;
  checked(report, [&] {
    for (const auto& site : open_realtime(m_settings, context.cancel)) {
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

PreflightReport RealtimePart::preflight_restore(const archive::ArchiveReader& archive,
                                                core::Context& context) {
  PreflightReport report;
  checked(report, [&] {
    for (const auto& [archived, site] : pair_up(m_settings, archive, context.cancel)) {
      checked(report, [&, &own = site] { check_site(own); });
      for (const auto& [top, sum] : archived.contents)
        report.plan.push_back(fmt::format("realtime database {} {}: {} values in the archive",
                                          site.database->url(), top, sum.count()));
    }
  });
  return report;
}

std::unique_ptr<Work> RealtimePart::open(archive::ChunkSink& sink, core::Context& context) {
  return std::make_unique<RealtimeCapture>(m_settings, sink, context);
}

std::vector<std::string> RealtimePart::destroy(const archive::ArchiveReader& archive,
                                               core::Context& context) {
  return destroy_realtime(m_settings, archive, context);
}

std::unique_ptr<Work> RealtimePart::restore(const archive::ArchiveReader& archive,
                                            core::Context& context) {
  return std::make_unique<RealtimeRestore>(m_settings, archive, context);
}

std::unique_ptr<Work> RealtimePart::prove(const archive::ArchiveReader& archive,
                                          core::Context& context) {
  return std::make_unique<RealtimeProve>(m_settings, archive, context);
}

}  // namespace resources::firebase
