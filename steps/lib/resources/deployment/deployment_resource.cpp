#include "resources/deployment/deployment_resource.hpp"

#include "resources/deployment/capture_work.hpp"
#include "resources/deployment/commit_source.hpp"
#include "resources/deployment/preflight.hpp"
#include "resources/deployment/prove_work.hpp"
#include "resources/deployment/recorded_state.hpp"
#include "resources/deployment/restore_work.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

DeploymentResource::DeploymentResource(const Settings& settings)
    : m_configuration(configuration_from(settings)) {}

std::string DeploymentResource::name() const {
  return kName;
}

PreflightReport DeploymentResource::preflight_backup(core::Context& context) {
  return examine_backup(m_configuration, context);
}

std::string DeploymentResource::holds(core::Context&) {
  return is_absent_or_empty(m_configuration.path) ? "" : "files in " + m_configuration.path;
}

PreflightReport DeploymentResource::preflight_restore(const archive::ArchiveReader& archive,
                                                      core::Context& context) {
  return examine_restore(m_configuration, archive, context);
}

std::unique_ptr<Work> DeploymentResource::open(archive::ChunkSink& sink, core::Context& context) {
  return make_capture_work(m_configuration, sink, context);
}

std::vector<std::string> DeploymentResource::destroy(const archive::ArchiveReader& archive,
                                                     core::Context& context) {
  context.lease.check();
  context.journal.clear(kName);
  const RecordedState state = recorded_state(archive);
  const Git git(m_configuration.path, context.cancel);
  if (!is_working_copy(git)) return {};
  return what_goes(git, state, "refs/environment-backup/before-" + context.lease.operation_id());
}

std::unique_ptr<Work> DeploymentResource::restore(const archive::ArchiveReader& archive,
                                                  core::Context& context) {
  return make_restore_work(m_configuration, archive, context);
}

std::unique_ptr<Work> DeploymentResource::prove(const archive::ArchiveReader& archive,
                                                core::Context& context) {
  return make_prove_work(m_configuration, archive, context);
}

}  // namespace resources::deployment
