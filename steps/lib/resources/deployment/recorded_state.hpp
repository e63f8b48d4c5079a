#pragma once
// What the manifest says about the working copy: the `detail` of this resource.

#include <map>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "json/value.hpp"

namespace resources::deployment {

struct RecordedState {
  std::string hash;
  std::string branch;  // empty: detached
  std::string remote;  // its name
  std::string url;     // without credentials; empty: none
  std::string patch_sha256;
  std::vector<std::string> unstaged;  // raw paths; the other changes were staged
  std::uint64_t changed_files = 0;
  std::uint64_t untracked_files = 0;
  std::uint64_t unpushed_commits = 0;
  std::map<std::string, std::string> submodules;  // raw path -> hash
};

json::Value to_json(const RecordedState& state);
// Throws Error(kIntegrity) for what git could read as something else: a hash that is none, a
// branch that begins with '-'.
RecordedState recorded_state(const archive::ArchiveReader& archive);
// The archived patch; empty when there was no change.
std::string recorded_patch(const archive::ArchiveReader& archive, core::Context& context);

}  // namespace resources::deployment
