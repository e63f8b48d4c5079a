#include "resources/deployment/recorded_state.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("the archived state of the deployment project has {}", what),
                    "the archive is damaged or was made to do harm: use another one");
}

// What git itself allows (git check-ref-format), a little narrower.
bool is_branch_name(const std::string& name) {
  const auto is_bad = [](char letter) {
    return static_cast<unsigned char>(letter) <= ' ' || letter == 0x7f ||
           std::string_view("~^:?*[\\").find(letter) != std::string_view::npos;
  };
  return !name.empty() && name.front() != '-' && name.front() != '/' && name != "HEAD" &&
         name.back() != '/' && name.back() != '.' && name.find("..") == std::string::npos &&
         name.find("@{") == std::string::npos && name.find("//") == std::string::npos &&
         std::none_of(name.begin(), name.end(), is_bad);
}

}  // namespace

json::Value to_json(const RecordedState& state) {
  json::Value detail = json::Value::object();
  detail.set("hash", state.hash);
  detail.set("branch", core::encode_path(state.branch));
  detail.set("remote", state.remote);
  detail.set("url", core::encode_path(state.url));
  detail.set("patch_sha256", state.patch_sha256);
  detail.set("changed_files", state.changed_files);
  detail.set("untracked_files", state.untracked_files);
  detail.set("unpushed_commits", state.unpushed_commits);
  json::Value unstaged = json::Value::array();
  for (const auto& path : state.unstaged) unstaged.push_back(core::encode_path(path));
  detail.set("unstaged", std::move(unstaged));
  json::Value submodules = json::Value::object();
  for (const auto& [path, hash] : state.submodules) submodules.set(core::encode_path(path), hash);
  detail.set("submodules", std::move(submodules));
  return detail;
}

RecordedState recorded_state(const archive::ArchiveReader& archive) {
  const auto* resource = archive.manifest().resource(kName);
  if (resource == nullptr || resource->absent) refuse("nothing");
  const json::Value& detail = resource->detail;
  RecordedState state;
  state.hash = detail.at("hash").as_string();
  state.branch = core::decode_path(detail.get_string("branch"));
  state.remote = detail.get_string("remote");
  state.url = core::decode_path(detail.get_string("url"));
  state.patch_sha256 = detail.at("patch_sha256").as_string();
  state.changed_files = detail.get_uint("changed_files");
  state.untracked_files = detail.get_uint("untracked_files");
  state.unpushed_commits = detail.get_uint("unpushed_commits");
  for (const auto& path : detail.get_strings("unstaged"))
    state.unstaged.push_back(core::decode_relative_path(path));
  if (!is_commit_hash(state.hash)) refuse("a hash that is none");
  if (!state.branch.empty() && !is_branch_name(state.branch)) refuse("an impossible branch");
  if (!state.url.empty() && state.url.front() == '-') refuse("an impossible remote URL");
  if (const auto* submodules = detail.find("submodules"))
    for (const auto& [path, hash] : submodules->as_object()) {
      if (!is_commit_hash(hash.as_string())) refuse("a submodule's hash that is none");
      state.submodules[core::decode_relative_path(path)] = hash.as_string();
    }
  return state;
}

std::string recorded_patch(const archive::ArchiveReader& archive, core::Context& context) {
  for (const auto* member : archive.manifest().members_of(kName)) {
    if (member->meta.get_string("kind") != "patch") continue;
    const auto charge =
        context.memory.acquire(member->plain_size + member->stored_size, context.cancel);
    return archive.read(*member);
  }
  return "";
}

}  // namespace resources::deployment
