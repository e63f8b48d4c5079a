#include "resources/elasticsearch/elasticsearch_resource.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/units.hpp"
#include "resources/elasticsearch/capture_work.hpp"
#include "resources/elasticsearch/checks.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/prove_work.hpp"
#include "resources/elasticsearch/restore_work.hpp"
#include "resources/elasticsearch/snapshot_capture.hpp"
#include "resources/elasticsearch/snapshot_restore.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::uint64_t kExpansion = 2;  // JSON against what an index stores of it

std::uint32_t slices_of(const Settings& settings) {
  return static_cast<std::uint32_t>(settings.section.get_uint("slices"));
}

std::string plan_line(const ArchivedUnit& unit, const Unit* live) {
  const auto now = live == nullptr ? std::string("absent")
                                   : fmt::format("{} documents, {}", live->documents(),
                                                 core::human_bytes(live->primary_bytes()));
  return fmt::format("{} {}: {} now, {} documents in the archive",
                     unit.data_stream ? "data stream" : "index", unit.name, now, unit.sum.count());
}

}  // namespace

ElasticsearchResource::ElasticsearchResource(const Settings& settings)
    : m_settings(settings), m_selection(IndexSelection::from(settings.section)) {}

std::shared_ptr<Cluster> ElasticsearchResource::cluster(core::Context& context) const {
  return std::make_shared<Cluster>(m_settings, context.cancel, snapshots());
}

bool ElasticsearchResource::snapshots() const {
  return m_settings.section.get_string("method") == "snapshot";
}

RepositoryPlace ElasticsearchResource::place() const {
  const auto* snapshot = m_settings.section.find("snapshot");
  if (snapshot == nullptr)
    throw core::Error(core::ExitCode::kConfiguration,
                      "the method snapshot needs a folder for the server's repository",
                      "set resources.elasticsearch.snapshot.repository_path");
  return {snapshot->get_string("repository_path"), snapshot->get_string("server_path")};
}

PreflightReport ElasticsearchResource::preflight_backup(core::Context& context) {
  const auto servers = cluster(context);
  servers->flavour();
  const auto inventory = list_inventory(*servers);
  PreflightReport report;
  report.findings = check_backup(*servers, inventory, m_selection,
                                 snapshots() ? Method::kSnapshot : Method::kExport);
  if (snapshots() && !std::filesystem::is_directory(place().folder))
    report.findings.push_back(
        {core::ExitCode::kConfiguration,
         fmt::format("the folder {} for the server's repository is missing", place().folder),
         "make it, let the server write to it and this account read it", true});
  for (const auto& unit : select(inventory, m_selection).units)
    report.estimated_bytes += unit.primary_bytes() * kExpansion;
  return report;
}

std::string ElasticsearchResource::holds(core::Context& context) {
  const auto servers = cluster(context);
  for (const auto& unit : select(list_inventory(*servers), m_selection).units)
    if (unit.documents() > 0) return fmt::format("{} documents in {}", unit.documents(), unit.name);
  return "";
}

PreflightReport ElasticsearchResource::preflight_restore(const archive::ArchiveReader& archive,
                                                         core::Context& context) {
  const auto servers = cluster(context);
  servers->flavour();
  const ArchivedUnits archived(archive);
  const auto inventory = list_inventory(*servers);
  PreflightReport report;
  report.findings = check_restore(inventory, archived, archive);
  for (const auto& unit : archived.all())
    report.plan.push_back(plan_line(unit, inventory.find(unit.name)));
  for (const auto& unit : doomed(inventory, archived))
    if (archived.find(unit.name) == nullptr)
      report.plan.push_back(fmt::format("{}: {} documents now, goes: it is not in the archive",
                                        unit.name, unit.documents()));
  return report;
}

std::unique_ptr<Work> ElasticsearchResource::open(archive::ChunkSink& sink,
                                                  core::Context& context) {
  const CaptureOptions options{m_selection, slices_of(m_settings)};
  if (snapshots())
    return std::make_unique<SnapshotCapture>(cluster(context), options, place(),
                                             m_settings.section.get_bool("checksum", true), sink,
                                             context);
  return std::make_unique<CaptureWork>(cluster(context), options, sink, context);
}

std::vector<std::string> ElasticsearchResource::destroy(const archive::ArchiveReader& archive,
                                                        core::Context& context) {
  const auto servers = cluster(context);
  return elasticsearch::destroy(*servers, ArchivedUnits(archive), context);
}

std::unique_ptr<Work> ElasticsearchResource::restore(const archive::ArchiveReader& archive,
                                                     core::Context& context) {
  if (ArchivedUnits(archive).method() == "snapshot")
    return std::make_unique<SnapshotRestore>(
        std::make_shared<Cluster>(m_settings, context.cancel, true), archive, place(), context);
  return std::make_unique<RestoreWork>(cluster(context), archive, context);
}

std::unique_ptr<Work> ElasticsearchResource::prove(const archive::ArchiveReader& archive,
                                                   core::Context& context) {
  return std::make_unique<ProveWork>(cluster(context), archive, slices_of(m_settings), context);
}

void ElasticsearchResource::clean_up(core::Context& context) {
  remove_scratch_template(*cluster(context));
}

}  // namespace resources::elasticsearch
