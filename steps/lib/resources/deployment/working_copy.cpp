#include "resources/deployment/working_copy.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace resources::deployment {

namespace {

std::vector<std::string> split_at_zero(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\0', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string first_line(const core::CommandResult& result) {
  if (result.exit_code != 0) return "";
  return result.output.substr(0, result.output.find('\n'));
}

}  // namespace

std::string head_of(const Git& git) {
  return first_line(git.run({"rev-parse", "--verify", "--quiet", "HEAD^{commit}"}));
}

std::string branch_of(const Git& git) {
  return first_line(git.run({"symbolic-ref", "--quiet", "--short", "HEAD"}));
}

std::string url_of(const Git& git, const std::string& remote) {
  return without_credentials(first_line(git.run({"remote", "get-url", "--", remote})));
}

bool has_commit(const Git& git, const std::string& hash) {
  return is_commit_hash(hash) && git.succeeds({"cat-file", "-e", hash + "^{commit}"});
}

std::string patch_of(const Git& git) {
  return git.raw_output({"-c",
                         "diff.indentHeuristic=false",
                         "-c",
                         "diff.suppressBlankEmpty=false",
                         "-c",
                         "diff.interHunkContext=0",
                         "diff",
                         "--binary",
                         "--full-index",
                         "--no-color",
                         "--no-ext-diff",
                         "--no-textconv",
                         "--no-renames",
                         "--ignore-submodules=all",
                         "--diff-algorithm=myers",
                         "--unified=3",
                         "--src-prefix=a/",
                         "--dst-prefix=b/",
                         "-O/dev/null",
                         "HEAD",
                         "--"});
}

std::vector<std::string> changed_paths(const Git& git) {
  return split_at_zero(git.raw_output({"diff", "--name-only", "-z", "--no-ext-diff", "--no-renames",
                                       "--ignore-submodules=all", "HEAD", "--"}));
}

std::vector<std::string> unstaged_paths(const Git& git) {
  const std::vector<std::string> common{"--name-only", "-z", "--no-ext-diff", "--no-renames",
                                        "--ignore-submodules=all"};
  const auto paths_by = [&](std::vector<std::string> words, const char* against) {
    words.insert(words.end(), common.begin(), common.end());
    if (*against != '\0') words.emplace_back(against);
    words.emplace_back("--");
    return split_at_zero(git.raw_output(words));
  };
  // a file that HEAD does not have is known to git by being staged alone
  const auto added = paths_by({"diff", "--diff-filter=A"}, "HEAD");
  auto paths = paths_by({"diff"}, "");
  std::erase_if(paths, [&](const std::string& path) {
    return std::find(added.begin(), added.end(), path) != added.end();
  });
  return paths;
}

std::vector<std::string> untracked_paths(const Git& git, std::vector<std::string>* nested) {
  std::vector<std::string> files;
  for (auto& path :
       split_at_zero(git.raw_output({"ls-files", "--others", "--exclude-standard", "-z"}))) {
    const bool is_repository = !path.empty() && path.back() == '/';
    if (is_repository && nested != nullptr) nested->push_back(path);
    if (!is_repository) files.push_back(std::move(path));
  }
  return files;
}

bool has_unmerged_paths(const Git& git) {
  return !git.raw_output({"ls-files", "--unmerged", "-z"}).empty();
}

std::map<std::string, std::string> submodules_of(const Git& git) {
  std::map<std::string, std::string> modules;
  // Mode 160000 in the index is a submodule; its own HEAD says what is checked out.
  for (const auto& line : split_at_zero(git.raw_output({"ls-files", "--stage", "-z"}))) {
    const auto tab = line.find('\t');
    if (line.compare(0, 7, "160000 ") != 0 || tab == std::string::npos) continue;
    const std::string path = line.substr(tab + 1);
    const auto folder = std::filesystem::path(git.folder()) / path;
    if (!std::filesystem::exists(folder / ".git")) continue;
    const core::CancelToken never;
    modules[path] = head_of(Git(folder.string(), never));
  }
  return modules;
}

std::uint64_t count_unpushed(const Git& git) {
  return std::strtoull(git.output({"rev-list", "--count", "HEAD", "--not", "--remotes"}).c_str(),
                       nullptr, 10);
}

bool is_working_copy(const Git& git) {
  const std::string top = first_line(git.run({"rev-parse", "--show-toplevel"}));
  std::error_code failure;
  return !top.empty() && std::filesystem::equivalent(top, git.folder(), failure);
}

bool is_commit_hash(const std::string& text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace resources::deployment
