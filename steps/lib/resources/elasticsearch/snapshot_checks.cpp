#include "resources/elasticsearch/snapshot_checks.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/units.hpp"

namespace resources::elasticsearch {

namespace fs = std::filesystem;
using core::ExitCode;

namespace {

std::vector<Finding> check_folder(const RepositoryPlace& place, std::uint64_t bytes) {
  const auto wrong = [&](ExitCode code, const std::string& what, const std::string& hint) {
    return std::vector<Finding>{
        {code, fmt::format("the folder {} for the server's repository {}", place.folder, what),
         hint, true}};
  };
  std::error_code failure;
  if (!fs::is_directory(place.folder, failure))
    return wrong(ExitCode::kConfiguration, "is missing",
                 "make it, let the server write to it and this account too");
  if (access(place.folder.c_str(), R_OK | W_OK | X_OK) != 0)
    return wrong(ExitCode::kConfiguration, "may not be read and written by this account",
                 "give this account and the server's a common group with rights on it");
  const auto space = fs::space(place.folder, failure);
  if (!failure && space.available < bytes)
    return wrong(ExitCode::kStorage,
                 fmt::format("has room for {}, and {} are needed",
                             core::human_bytes(space.available), core::human_bytes(bytes)),
                 "free space there");
  return {};
}

bool lies_below(const std::string& path, const std::string& folder) {
  const auto below =
      fs::path(path).lexically_normal().lexically_relative(fs::path(folder).lexically_normal());
  return !below.empty() && *below.begin() != "..";
}

bool allows(const json::Value& node, const std::string& path) {
  const auto* setting = node.find("settings");
  for (const auto* key : {"path", "repo"})
    if (setting != nullptr) setting = setting->find(key);
  if (setting == nullptr) return false;
  if (setting->is_string()) return lies_below(path, setting->as_string());
  const auto& folders = setting->as_array();
  return std::any_of(folders.begin(), folders.end(),
                     [&](const auto& one) { return lies_below(path, one.as_string()); });
}

// An account that may not ask for settings learns it when the repository is registered.
std::vector<Finding> check_servers(Cluster& cluster, const RepositoryPlace& place) {
  http::Request request;
  request.url = "/_nodes/settings?filter_path=nodes.*.name,nodes.*.settings.path.repo";
  const auto response = cluster.send(request);
  if (!response.ok()) return {};
  std::vector<Finding> findings;
  const auto answer = json::parse(response.body, "settings of the nodes");
  const auto* nodes = answer.find("nodes");
  if (nodes == nullptr) return {};
  for (const auto& [id, node] : nodes->as_object())
    if (!allows(node, place.server_folder))
      findings.push_back({ExitCode::kConfiguration,
                          fmt::format("node {} allows no repository in {}", node.get_string("name"),
                                      place.server_folder),
                          "add that folder to path.repo in the server's configuration and restart "
                          "it; all nodes must share it",
                          true});
  return findings;
}

}  // namespace

std::vector<Finding> check_repository(Cluster& cluster, const std::optional<RepositoryPlace>& place,
                                      std::uint64_t bytes) {
  if (!place)
    return {{ExitCode::kConfiguration,
             "the method snapshot needs a folder for the server's repository",
             "set resources.elasticsearch.snapshot.repository_path", true}};
  auto findings = check_folder(*place, bytes);
  auto more = check_servers(cluster, *place);
  std::move(more.begin(), more.end(), std::back_inserter(findings));
  return findings;
}

}  // namespace resources::elasticsearch
