#include "resources/elasticsearch/snapshot_repository.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/elasticsearch/json_ranges.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

json::Value list_of(const std::vector<std::string>& names) {
  json::Value list = json::Value::array();
  for (const auto& name : names) list.push_back(name);
  return list;
}

void require_complete(const json::Value& snapshot, const std::string& what) {
  const auto& shards = snapshot.at("shards");
  if (shards.get_int("failed") == 0 && shards.get_int("successful") == shards.get_int("total"))
    return;
  std::string reason = snapshot.get_string("state");
  if (const auto* failures = snapshot.find("failures"))
    for (const auto& failure : failures->as_array())
      reason = failure.get_string("index") + ": " + failure.get_string("reason");
  throw Error(ExitCode::kServiceError,
              fmt::format("{}: {} of {} shards failed ({})", what, shards.get_int("failed"),
                          shards.get_int("total"), reason),
              "look at the log of the server");
}

}  // namespace

SnapshotRepository::SnapshotRepository(Cluster& cluster, RepositoryPlace place, std::string name)
    : m_cluster(cluster), m_place(std::move(place)), m_name(std::move(name)) {
  if (m_place.server_folder.empty()) m_place.server_folder = m_place.folder;
}

SnapshotRepository::~SnapshotRepository() {
  try {
    if (m_registered && !m_readonly) remove();
    if (m_registered) unregister();
  } catch (const std::exception& error) {
    core::log_warning(
        fmt::format("the snapshot repository {} stays registered: {}", m_name, error.what()));
  }
}

void SnapshotRepository::register_it(bool readonly) {
  json::Value body;
  body.set("type", "fs");
  body.set("settings", json::Value::object());
  body.find("settings")->set("location", m_place.server_folder + "/" + m_name);
  body.find("settings")->set("readonly", readonly);
  body.find("settings")->set("compress", true);
  // The servers limit themselves to 40 MB/s where nothing is said.
  body.find("settings")->set("max_snapshot_bytes_per_sec", "0");
  body.find("settings")->set("max_restore_bytes_per_sec", "0");
  m_cluster.call("PUT", path(readonly ? "?verify=false" : ""), json::dump(body),
                 "registering a snapshot repository in " + m_place.server_folder);
  m_registered = true;
  m_readonly = readonly;
}

void SnapshotRepository::take(const std::vector<std::string>& names) {
  json::Value body;
  body.set("indices", list_of(names));
  body.set("include_global_state", false);
  body.set("partial", false);
  if (m_cluster.flavour() == Flavour::kElasticsearch) body.set("feature_states", list_of({"none"}));
  const auto answer =
      m_cluster.call("PUT", path(fmt::format("/{}?wait_for_completion=true", kSnapshot)),
                     json::dump(body), "taking a snapshot");
  require_complete(json::parse(answer, "snapshot").at("snapshot"), "taking a snapshot");
}

void SnapshotRepository::restore(const std::vector<std::string>& names) {
  json::Value body;
  body.set("indices", list_of(names));
  body.set("include_global_state", false);
  body.set("include_aliases", true);
  const auto answer =
      m_cluster.call("POST", path(fmt::format("/{}/_restore?wait_for_completion=true", kSnapshot)),
                     json::dump(body), "restoring a snapshot");
  require_complete(json::parse(answer, "snapshot").at("snapshot"), "restoring a snapshot");
}

void SnapshotRepository::unregister() {
  m_cluster.call("DELETE", path(), {}, "unregistering a snapshot repository");
  m_registered = false;
}

void SnapshotRepository::remove() {
  m_cluster.call("DELETE", path(fmt::format("/{}", kSnapshot)), {}, "removing a snapshot");
  forget();
}

void SnapshotRepository::forget() {
  unregister();
  std::error_code ignored;  // the files belong to the server's account; what is left is small
  std::filesystem::remove_all(folder(), ignored);
}

}  // namespace resources::elasticsearch
