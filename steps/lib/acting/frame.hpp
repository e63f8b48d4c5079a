#pragma once
// What every step that acts on resources has in common: the environment, the session of its
// operation, and the configured resources. run() is the frame: it records how the step ended.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "cli/run_main.hpp"
#include "environment/environment.hpp"
#include "publish/publisher.hpp"
#include "resources/resource.hpp"
#include "session/session.hpp"

namespace acting {

using ResourceMap = std::map<std::string, std::unique_ptr<resources::Resource>>;

class Frame {
 public:
  Frame(cli::Call& call, const std::string& step);

  // Makes the configured resources. What is wrong with one of them is a failure of the step, to be
  // recorded like any other.
  void open_resources();

  const environment::Environment& environment() const { return m_environment; }
  session::Session& session() { return *m_session; }
  core::Context& context() { return m_session->context(); }
  json::Value& result() { return m_call.result; }
  const cli::Options& options() const { return m_call.options; }
  core::CancelToken& cancel() { return m_call.cancel; }
  std::size_t workers() const;

  const std::vector<std::string>& configured() const { return m_configured; }
  ResourceMap& resources() { return m_resources; }
  resources::Resource& resource(const std::string& name) { return *m_resources.at(name); }

  // The archive that this step acts with, opened against its trust anchor.
  archive::ArchiveReader open_archive(const state::ArchiveRecord& record) const;

 private:
  cli::Call& m_call;
  environment::Environment m_environment;
  publish::Publisher m_publisher;
  std::unique_ptr<session::Session> m_session;
  std::vector<std::string> m_configured;
  ResourceMap m_resources;
};

// The environment that the options name.
environment::Environment load_environment(const cli::Options& options);
// `safety`: what is captured is the safety archive of a restore (see resources::Settings).
ResourceMap make_resources(const environment::Environment& environment, bool safety);

// Opens the Frame, runs, and records success or failure with the operation.
void run(cli::Call& call, const std::string& step, const std::function<void(Frame&)>& action);

// The option of destroy, restore, prove and apply.
cli::Option rollback_option();

}  // namespace acting
