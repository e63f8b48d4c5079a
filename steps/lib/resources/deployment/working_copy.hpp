#pragma once
// What a working copy of the deployment project is at: read with git, nothing changed.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "resources/deployment/git.hpp"

namespace resources::deployment {

inline constexpr const char* kName = "deployment";

// An empty text when HEAD names no commit (a new repository).
std::string head_of(const Git& git);
// An empty text when HEAD is detached.
std::string branch_of(const Git& git);
// Without credentials; empty when there is no such remote.
std::string url_of(const Git& git, const std::string& remote);
bool has_commit(const Git& git, const std::string& hash);

// Every change against HEAD, staged or not, as `git apply` takes it; the same bytes for the same
// changes whatever the user's configuration says. Submodules are left out.
std::string patch_of(const Git& git);
// Raw paths that differ from HEAD.
std::vector<std::string> changed_paths(const Git& git);
// Raw paths of HEAD whose change is not staged, or not wholly.
std::vector<std::string> unstaged_paths(const Git& git);
// Raw paths of files that git does not know and does not ignore; a nested repository is left out
// and put into `nested`.
std::vector<std::string> untracked_paths(const Git& git,
                                         std::vector<std::string>* nested = nullptr);
bool has_unmerged_paths(const Git& git);
// Raw path -> checked-out hash, of submodules that are initialised.
std::map<std::string, std::string> submodules_of(const Git& git);

// Commits of HEAD that no remote-tracking branch has.
std::uint64_t count_unpushed(const Git& git);

// True when the folder is the top of a working copy; a folder inside one is not.
bool is_working_copy(const Git& git);

// 40 or 64 lower-case hex digits.
bool is_commit_hash(const std::string& text);

}  // namespace resources::deployment
