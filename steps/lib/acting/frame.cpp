#include "acting/frame.hpp"

#include "core/error.hpp"
#include "core/worker_pool.hpp"
#include "resources/registry.hpp"

namespace acting {

namespace {

session::Where where(const environment::Environment& environment, publish::Publisher& publisher) {
  session::Where where{environment.state_file(), environment.name, environment.archive_folder,
                       environment.memory_bytes};
  where.max_maintenance_ms = std::int64_t{environment.max_maintenance_minutes} * 60'000;
  where.tell = [&](bool at_once) { publisher.tell(at_once); };
  return where;
}

bool acts_with_safety(const cli::Options& options) {
  return options.m_values.count("rollback") > 0 && options.flag("rollback");
}

}  // namespace

Frame::Frame(cli::Call& call, const std::string& step)
    : m_call(call),
      m_environment(load_environment(call.options)),
      m_publisher(m_environment),
      m_session(std::make_unique<session::Session>(where(m_environment, m_publisher),
                                                   call.options.require("operation"), step,
                                                   acts_with_safety(call.options), call.cancel)) {
  for (const auto& [name, section] : m_environment.resources) m_configured.push_back(name);
  m_call.result.set("operation_id", call.options.get("operation"));
  m_call.result.set("environment", m_environment.name);
}

void Frame::open_resources() {
  m_resources = make_resources(m_environment, m_session->operation().kind == state::Kind::kRestore);
}

std::size_t Frame::workers() const {
  return m_environment.workers > 0 ? static_cast<std::size_t>(m_environment.workers)
                                   : core::default_workers();
}

archive::ArchiveReader Frame::open_archive(const state::ArchiveRecord& record) const {
  return archive::ArchiveReader(m_environment.archive_path(record.backup_id),
                                record.manifest_sha256);
}

environment::Environment load_environment(const cli::Options& options) {
  return environment::load(
      environment::locate(options.get("environment-file"), options.get("environment")));
}

ResourceMap make_resources(const environment::Environment& environment, bool safety) {
  ResourceMap made;
  for (const auto& [name, section] : environment.resources) {
    resources::Settings settings;
    settings.environment = environment.name;
    settings.archive_folder = environment.archive_folder;
    settings.state_folder = environment.state_folder;
    settings.section = section;
    settings.secret = environment::resolve_secret;
    settings.publish = environment.publish;
    settings.safety = safety;
    settings.full_prove = environment.restore.full_prove;
    settings.after_cut = !safety && environment.maintenance.after_cut;
    settings.workers = environment.workers > 0 ? static_cast<std::size_t>(environment.workers)
                                               : core::default_workers();
    made[name] = resources::make_resource(name, settings);
  }
  return made;
}

void run(cli::Call& call, const std::string& step, const std::function<void(Frame&)>& action) {
  Frame frame(call, step);
  frame.session().carry_out(
      [&] {
        frame.open_resources();
        action(frame);
        call.cancel.check();
      },
      call.failure_recorded);
}

cli::Option rollback_option() {
  return {"rollback", "", "act with the operation's safety archive as the target", true, ""};
}

}  // namespace acting
