#include "resources/firebase/firebase_resource.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/firebase/capture_work.hpp"
#include "resources/firebase/part_works.hpp"
#include "resources/firebase/project.hpp"
#include "resources/firebase/realtime_site.hpp"

namespace resources::firebase {

namespace {

bool has(const Parts& parts, const std::string& name) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return part->name() == name; });
}

void append(PreflightReport& report, const Resource& part, PreflightReport more) {
  for (auto& finding : more.findings) {
    finding.message = part.name() + ": " + finding.message;
    report.findings.push_back(std::move(finding));
  }
  for (const auto& line : more.plan) report.plan.push_back(part.name() + " " + line);
  report.estimated_bytes += more.estimated_bytes;
  report.live_bytes += part.has_cut() ? more.live_bytes : more.estimated_bytes;
}

}  // namespace

FirebaseResource::FirebaseResource(const Settings& settings)
    : m_settings(settings), m_parts(make_parts(settings)) {}

std::string FirebaseResource::name() const {
  return kResource;
}

PreflightReport FirebaseResource::preflight_backup(core::Context& context) {
  PreflightReport report;
  for (const auto& part : m_parts) append(report, *part, part->preflight_backup(context));
  return report;
}

PreflightReport FirebaseResource::preflight_restore(const archive::ArchiveReader& archive,
                                                    core::Context& context) {
  PreflightReport report;
  for (const auto& name : archived_parts(archive))
    if (!has(m_parts, name))
      report.findings.push_back(
          {core::ExitCode::kConfiguration,
           fmt::format("the archive holds the part '{}', which is not configured", name),
           fmt::format("configure resources.firebase.{} in environment.json", name), true});
  for (auto* part : parts_in(archive))
    append(report, *part, part->preflight_restore(archive, context));
  return report;
}

std::string FirebaseResource::holds(core::Context& context) {
  for (const auto& part : m_parts)
    if (auto held = part->holds(context); !held.empty()) return held;
  return "";
}

bool FirebaseResource::has_cut() const {
  return any_has_cut(m_parts);
}

std::unique_ptr<Work> FirebaseResource::open(archive::ChunkSink& sink, core::Context& context) {
  return std::make_unique<CaptureWork>(m_settings, m_parts, sink, context);
}

// What is configured now and absent from the archive is left alone.
std::vector<Resource*> FirebaseResource::parts_in(const archive::ArchiveReader& archive) const {
  std::vector<Resource*> parts;
  for (const auto& part : m_parts)
    if (part_detail(archive, part->name()) != nullptr) parts.push_back(part.get());
  return parts;
}

// Google offers no second place in a project that users would not see.
StagingPlan FirebaseResource::plan_staging(const archive::ArchiveReader& archive,
                                           core::Context& context) {
  (void)context;
  StagingPlan plan;
  for (auto* part : parts_in(archive))
    plan.in_place.push_back(
        {"part " + part->name(),
         part->name() == kRealtime
             ? "a project has no place beside it"
             : "a project has no place beside it; only what differs is written, "
               "and what is too many is removed last"});
  return plan;
}

std::vector<std::string> FirebaseResource::destroy(const archive::ArchiveReader& archive,
                                                   core::Context& context) {
  std::vector<std::string> gone;
  for (auto* part : parts_in(archive))
    for (const auto& name : part->destroy(archive, context))
      gone.push_back(part->name() + " " + name);
  return gone;
}

std::unique_ptr<Work> FirebaseResource::restore(const archive::ArchiveReader& archive,
                                                core::Context& context) {
  auto works = std::make_unique<PartWorks>();
  for (auto* part : parts_in(archive)) works->add(part->name(), part->restore(archive, context));
  return works;
}

std::unique_ptr<Work> FirebaseResource::prove(const archive::ArchiveReader& archive,
                                              core::Context& context) {
  auto proofs = std::make_unique<PartProofs>();
  for (auto* part : parts_in(archive)) proofs->add(part->name(), part->prove(archive, context));
  return proofs;
}

void FirebaseResource::clean_up(core::Context& context) {
  for (const auto& part : m_parts) part->clean_up(context);
}

}  // namespace resources::firebase
