#include "resources/elasticsearch/snapshot_repository.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/elasticsearch/json_ranges.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr int kFirstPollMs = 20;
constexpr int kLongestPollMs = 1000;
constexpr int kUnregisterAttempts = 60;

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

// Asks until `done` says so, ever more slowly.
template <typename Done>
void poll(const core::CancelToken& cancel, Done done) {
  for (int delay = kFirstPollMs; !done(); delay = std::min(2 * delay, kLongestPollMs))
    cancel.sleep_ms(delay);
}

}  // namespace

std::optional<RepositoryPlace> RepositoryPlace::from(const json::Value& section) {
  const auto* snapshot = section.find("snapshot");
  if (snapshot == nullptr) return std::nullopt;
  const auto folder = snapshot->get_string("repository_path");
  return RepositoryPlace{folder, snapshot->get_string("server_path", folder)};
}

SnapshotRepository::SnapshotRepository(Cluster& cluster, RepositoryPlace place, std::string name)
    : m_cluster(cluster), m_place(std::move(place)), m_name(std::move(name)) {}

SnapshotRepository::~SnapshotRepository() {
  try {
    if (m_registered || std::filesystem::exists(folder())) remove();
  } catch (const std::exception& error) {
    core::log_warning(fmt::format("the snapshot repository {} stays until the next run: {}", m_name,
                                  error.what()));
  }
}

bool SnapshotRepository::is_known() {
  return m_cluster.get_if_there(path(), "looking for a snapshot repository").has_value();
}

void SnapshotRepository::register_it(bool readonly) {
  json::Value settings;
  settings.set("location", m_place.server_folder + "/" + m_name);
  settings.set("readonly", readonly);
  settings.set("chunk_size", fmt::format("{}b", kLargestFile));
  // The servers limit themselves to 40 MB/s where nothing is said.
  settings.set("max_snapshot_bytes_per_sec", "0");
  settings.set("max_restore_bytes_per_sec", "0");
  json::Value body;
  body.set("type", "fs");
  body.set("settings", std::move(settings));
  m_registered = true;  // whatever the answer: the server may know it
  m_cluster.call("PUT", path(readonly ? "?verify=false" : ""), json::dump(body),
                 "registering a snapshot repository in " + m_place.server_folder);
}

void SnapshotRepository::begin(const std::vector<std::string>& names) {
  json::Value body;
  body.set("indices", list_of(names));
  body.set("include_global_state", false);
  body.set("partial", false);
  if (m_cluster.flavour() == Flavour::kElasticsearch) body.set("feature_states", list_of({"none"}));
  const std::string snapshot = fmt::format("/{}", kSnapshot);
  m_cluster.call("PUT", path(snapshot + "?wait_for_completion=false"), json::dump(body),
                 "taking a snapshot");
  poll(m_cluster.cancel(), [&] {
    const auto answer = m_cluster.get_json(path(snapshot + "/_status"), "watching a snapshot");
    const auto& status = answer.at("snapshots").as_array().at(0);
    const auto& shards = status.at("shards_stats");
    return status.get_string("state") != "INIT" && shards.get_int("initializing") == 0;
  });
}

bool SnapshotRepository::is_complete() {
  const auto answer =
      m_cluster.get_json(path(fmt::format("/{}", kSnapshot)), "waiting for a snapshot");
  const auto& snapshot = answer.at("snapshots").as_array().at(0);
  if (snapshot.get_string("state") == "IN_PROGRESS") return false;
  require_complete(snapshot, "taking a snapshot");
  return true;
}

// Sent once: a second request would find the indices of the first.
void SnapshotRepository::restore(const std::vector<std::string>& names) {
  json::Value body;
  body.set("indices", list_of(names));
  body.set("include_global_state", false);
  body.set("include_aliases", true);
  const auto answer = m_cluster.call_once(
      "POST", path(fmt::format("/{}/_restore?wait_for_completion=true", kSnapshot)),
      json::dump(body), "restoring a snapshot");
  require_complete(json::parse(answer, "snapshot").at("snapshot"), "restoring a snapshot");
}

void SnapshotRepository::delete_snapshot() {
  http::Request request;
  request.method = "DELETE";
  request.url = path(fmt::format("/{}", kSnapshot));
  const auto response = m_cluster.send(request);
  if (response.status != 404) require(response, "removing a snapshot");
}

// A restore that was interrupted here may still run there: it ends when its indices are removed.
void SnapshotRepository::unregister() {
  http::Request request;
  request.method = "DELETE";
  request.url = path();
  for (int attempt = 1;; ++attempt) {
    const auto response = m_cluster.send(request);
    if (response.ok() || response.status == 404) return;
    const bool used = response.body.find("currently used") != std::string::npos;
    if (!used || attempt == kUnregisterAttempts)
      require(response, "unregistering the snapshot repository " + m_name);
    m_cluster.cancel().sleep_ms(kLongestPollMs);
  }
}

void SnapshotRepository::remove() {
  if (const auto known = m_cluster.get_if_there(path(), "looking for a snapshot repository")) {
    const bool readonly = known->find("\"readonly\":\"true\"") != std::string::npos;
    if (!readonly) delete_snapshot();
    unregister();
  }
  m_registered = false;
  std::error_code ignored;  // what the server's account owns may stay: empty folders and an index
  std::filesystem::remove_all(folder(), ignored);
}

}  // namespace resources::elasticsearch
