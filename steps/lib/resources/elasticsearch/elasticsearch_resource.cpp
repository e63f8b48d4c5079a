#include "resources/elasticsearch/elasticsearch_resource.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/units.hpp"
#include "resources/elasticsearch/aside.hpp"
#include "resources/elasticsearch/capture_work.hpp"
#include "resources/elasticsearch/checks.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/index_maker.hpp"
#include "resources/elasticsearch/members.hpp"
#include "resources/elasticsearch/move_checks.hpp"
#include "resources/elasticsearch/move_work.hpp"
#include "resources/elasticsearch/prove_work.hpp"
#include "resources/elasticsearch/restore_work.hpp"
#include "resources/elasticsearch/snapshot_capture.hpp"
#include "resources/elasticsearch/snapshot_checks.hpp"
#include "resources/elasticsearch/snapshot_restore.hpp"
#include "resources/elasticsearch/stage_work.hpp"
#include "resources/elasticsearch/staged_proof.hpp"
#include "resources/elasticsearch/staging_plan.hpp"
#include "resources/elasticsearch/version_check.hpp"
#include "resources/elasticsearch/writer_guard.hpp"

namespace resources::elasticsearch {

namespace {

// A snapshot answers when it is complete.
constexpr Patience kSnapshots{{8}, 0};
// Whoever makes a change that cannot be taken back decides himself whether to send it again.
constexpr Patience kOnce{{1}, 300};
constexpr std::uint64_t kExpansion = 2;  // JSON against what an index stores of it

std::uint32_t slices_of(const Settings& settings) {
  return static_cast<std::uint32_t>(settings.section.get_uint("slices"));
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

std::uint64_t bytes_of(const std::vector<Unit>& units) {
  std::uint64_t bytes = 0;
  for (const auto& unit : units) bytes += unit.primary_bytes();
  return bytes;
}

std::uint64_t bytes_of(const archive::ArchiveReader& archive) {
  std::uint64_t bytes = 0;
  for (const auto* member : archive.manifest().members_of(kResource)) bytes += member->plain_size;
  return bytes;
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

std::shared_ptr<Cluster> ElasticsearchResource::cluster(core::Context& context,
                                                        const Patience& patience) const {
  return std::make_shared<Cluster>(m_settings, context.cancel, patience);
}

bool ElasticsearchResource::snapshots() const {
  return m_settings.section.get_string("method") == "snapshot";
}

bool ElasticsearchResource::reads_documents() const {
  const auto* snapshot = m_settings.section.find("snapshot");
  return !snapshots() || (snapshot != nullptr && snapshot->get_bool("checksum"));
}

RepositoryPlace ElasticsearchResource::place() const {
  const auto place = RepositoryPlace::from(m_settings.section);
  if (!place)
    throw core::Error(core::ExitCode::kConfiguration,
                      "the method snapshot needs a folder for the server's repository",
                      "set resources.elasticsearch.snapshot.repository_path");
  return *place;
}

std::string ElasticsearchResource::repository(const char* purpose) const {
  return fmt::format("environment-backup-{}-{}", m_settings.environment, purpose);
}

PreflightReport ElasticsearchResource::preflight_backup(core::Context& context) {
  const auto servers = cluster(context);
  servers->flavour();
  const auto inventory = list_inventory(*servers);
  const auto units = select(inventory, m_selection).units;
  PreflightReport report;
  report.findings = check_backup(*servers, inventory, m_selection,
                                 reads_documents() ? Reads::kDocuments : Reads::kFiles);
  if (snapshots())
    append(report.findings,
           check_repository(*servers, RepositoryPlace::from(m_settings.section), bytes_of(units)));
  report.estimated_bytes = bytes_of(units) * (snapshots() ? 1 : kExpansion);
  // the server has copied all of it when open() returns
  if (snapshots()) report.live_bytes = report.estimated_bytes;
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
  if (archived.method() == "snapshot") {
    append(report.findings, check_repository(*servers, RepositoryPlace::from(m_settings.section),
                                             bytes_of(archive)));
  }
  append(report.findings, check_cluster(*servers));
  append(report.findings, check_version(*servers, archived));
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
  if (snapshots()) {
    const SnapshotOptions snapshot{place(), repository("capture"), reads_documents()};
    return std::make_unique<SnapshotCapture>(cluster(context), options, snapshot, sink, context);
  }
  return std::make_unique<CaptureWork>(cluster(context), options, sink, context);
}

std::vector<std::string> ElasticsearchResource::destroy(const archive::ArchiveReader& archive,
                                                        core::Context& context) {
  const ArchivedUnits archived(archive);
  if (!is_moved(archive, context))
    return elasticsearch::destroy(*cluster(context), archived, context);
  const auto* templates = archived.templates();
  return prepare_move(servers(context), archived, m_checked,
                      templates == nullptr ? "" : archive.read(*templates), context);
}

std::unique_ptr<Work> ElasticsearchResource::restore(const archive::ArchiveReader& archive,
                                                     core::Context& context) {
  if (is_moved(archive, context))
    return std::make_unique<MoveWork>(servers(context), archive, context);
  if (ArchivedUnits(archive).method() == "snapshot")
    return std::make_unique<SnapshotRestore>(cluster(context, kSnapshots), archive, place(),
                                             repository("restore"), context);
  return std::make_unique<RestoreWork>(cluster(context), archive, context, load_scope());
}

SearchServers ElasticsearchResource::servers(core::Context& context) const {
  return {cluster(context), cluster(context, kOnce), ScratchNames(m_settings.environment)};
}

LoadScope ElasticsearchResource::load_scope() const {
  LoadScope scope;
  scope.maker_template = ScratchNames(m_settings.environment).maker_template();
  return scope;
}

bool ElasticsearchResource::is_moved(const archive::ArchiveReader& archive,
                                     core::Context& context) {
  const auto beside = context.moves.beside(kResource);
  return beside.staged_proved && beside.staged_archive == archive.manifest().backup_id;
}

StagingPlan ElasticsearchResource::plan_staging(const archive::ArchiveReader& archive,
                                                core::Context& context) {
  return elasticsearch::plan_staging(*cluster(context), ArchivedUnits(archive), archive);
}

std::unique_ptr<Work> ElasticsearchResource::stage(const archive::ArchiveReader& archive,
                                                   core::Context& context) {
  return std::make_unique<StageWork>(servers(context), archive, context);
}

std::unique_ptr<Work> ElasticsearchResource::prove_staged(const archive::ArchiveReader& archive,
                                                          core::Context& context) {
  return std::make_unique<StagedProof>(servers(context), archive, slices_of(m_settings), context);
}

void ElasticsearchResource::unstage(core::Context& context) {
  elasticsearch::unstage(servers(context), context);
}

void ElasticsearchResource::check_move(const archive::ArchiveReader& target,
                                       const archive::ArchiveReader* safety,
                                       core::Context& context) {
  m_checked = elasticsearch::check_move(servers(context), ArchivedUnits(target), safety, context);
}

void ElasticsearchResource::move_back(core::Context& context) {
  elasticsearch::move_back(servers(context), context);
}

// Data streams alone go in place: those of the archive that saved them are loaded again.
std::unique_ptr<Work> ElasticsearchResource::restore_rest(const archive::ArchiveReader& archive,
                                                          core::Context& context) {
  const ArchivedUnits archived(archive);
  const auto servers = cluster(context);
  bool any = false;
  for (const auto& unit : archived.all()) any = any || unit.data_stream;
  for (const auto& unit : doomed(list_inventory(*servers), archived)) {
    if (!unit.data_stream) continue;
    remove_unit(*servers, unit.name, true, context.lease);
    any = true;
  }
  if (!any) return nullptr;
  auto scope = load_scope();
  scope.indices = false;
  return std::make_unique<RestoreWork>(servers, archive, context, std::move(scope));
}

void ElasticsearchResource::check_aside_unused(core::Context& context) {
  elasticsearch::check_aside_unused(servers(context), context);
}

void ElasticsearchResource::drop_aside(core::Context& context) {
  elasticsearch::drop_aside(servers(context), context);
}

std::vector<std::string> ElasticsearchResource::list_beside(core::Context& context) {
  return elasticsearch::list_beside(servers(context));
}

std::unique_ptr<Work> ElasticsearchResource::prove(const archive::ArchiveReader& archive,
                                                   core::Context& context) {
  ProofScope scope;
  if (!m_settings.full_prove) scope.known = moved_in(context);
  return std::make_unique<ProveWork>(cluster(context), archive, slices_of(m_settings), context,
                                     std::move(scope));
}

void ElasticsearchResource::clean_up(core::Context& context) {
  const auto search = servers(context);
  remove_index_template(*search.cluster, search.names.maker_template());
  WriterGuard(*search.cluster, search.names, context).open();
}

}  // namespace resources::elasticsearch
