#include "resources/config_local/preflight.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/path_text.hpp"
#include "core/units.hpp"
#include "resources/config_local/comparison.hpp"
#include "resources/config_local/index_line.hpp"
#include "resources/config_local/open_root.hpp"
#include "resources/config_local/rights.hpp"

namespace resources::config_local {

namespace {

using core::ExitCode;

constexpr std::size_t kNamed = 20;
constexpr std::uint64_t kEntryOverhead = 4096;  // blocks and inodes of an entry, rounded up

void find(PreflightReport& report, ExitCode code, std::string message, std::string hint,
          bool blocking = true) {
  report.findings.push_back({code, std::move(message), std::move(hint), blocking});
}

std::string name_some(const std::vector<std::string>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < 5; ++i)
    text += (i == 0 ? "" : ", ") + core::encode_path(paths[i]);
  return paths.size() > 5 ? text + fmt::format(" and {} more", paths.size() - 5) : text;
}

bool lies_inside(const std::string& inner, const std::string& outer) {
  std::error_code failure;
  const auto real = std::filesystem::weakly_canonical(inner, failure).string() + "/";
  const auto folder = std::filesystem::weakly_canonical(outer, failure).string() + "/";
  return real.compare(0, folder.size(), folder) == 0;
}

void check_own_folders(const Configuration& configuration, const Settings& settings,
                       PreflightReport& report) {
  for (const auto& folder : {settings.archive_folder, settings.state_folder})
    if (!folder.empty() && lies_inside(folder, configuration.path))
      find(report, ExitCode::kConfiguration,
           fmt::format("{} lies inside the config-local folder {}", folder, configuration.path),
           "keep archives and state outside of what is backed up");
}

void check_kinds(const Scan& scan, bool restore, PreflightReport& report) {
  if (!scan.devices.empty())
    find(report, ExitCode::kPrecondition,
         fmt::format("config-local holds devices, which no archive takes: {}",
                     name_some(scan.devices)),
         "remove them, or exclude them: /resources/config_local/exclude");
  if (!scan.sockets.empty())
    find(report, ExitCode::kPrecondition,
         fmt::format("config-local holds sockets, which {}: {}",
                     restore ? "will be gone until their servers make them anew"
                             : "are left out of the archive",
                     name_some(scan.sockets)),
         "exclude them if they may stay as they are", false);
  if (!scan.unreadable.empty())
    find(report, ExitCode::kPrecondition,
         fmt::format("config-local: this user may not read {}", name_some(scan.unreadable)),
         "give the agent's user the right to read it, or exclude it");
}

// The rename that swaps the trees cannot move a mount.
void check_mounts(const Configuration& configuration, bool root_is_mount, const Scan& scan,
                  bool blocking, PreflightReport& report) {
  if (configuration.in_place) return;
  const std::string hint = "set /resources/config_local/in_place to true";
  if (root_is_mount)
    find(report, ExitCode::kConfiguration,
         fmt::format("{} is a mount point: a restore cannot swap it", configuration.path), hint,
         blocking);
  if (!scan.mounts.empty())
    find(report, ExitCode::kConfiguration,
         fmt::format("config-local holds mount points, which a restore cannot swap: {}",
                     name_some(scan.mounts)),
         hint, blocking);
}

void check_space(const Configuration& configuration, const Tree& archived,
                 PreflightReport& report) {
  std::uint64_t needed = 0;
  for (const auto& entry : archived.entries)
    needed = configuration.in_place ? std::max(needed, entry.size)
                                    : needed + entry.size + kEntryOverhead;
  const std::string folder =
      configuration.in_place ? configuration.path : core::folder_of(configuration.path);
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return;
  const std::uint64_t free = disk.f_bavail * disk.f_frsize;
  if (free < needed)
    find(report, ExitCode::kStorage,
         fmt::format("{} has {} free, the restored config-local needs {}", folder,
                     core::human_bytes(free), core::human_bytes(needed)),
         "make room: the restored tree is built beside the live one");
}

void check_writable(const Configuration& configuration, PreflightReport& report) {
  const std::string folder =
      configuration.in_place ? configuration.path : core::folder_of(configuration.path);
  if (::eaccess(folder.c_str(), W_OK | X_OK) != 0)
    find(report, ExitCode::kPrecondition,
         fmt::format("this user may not write in {}, where config-local is restored", folder),
         "give the agent's user the right to write there");
}

void check_owners(const Tree& archived, PreflightReport& report) {
  if (may_change_owners()) return;
  const Owners owners(archived);
  const auto foreign =
      std::find_if(archived.entries.begin(), archived.entries.end(), [&](const Entry& entry) {
        return !is_own_user(owners.user(entry.uid)) || !is_own_group(owners.group(entry.gid));
      });
  if (foreign != archived.entries.end())
    find(report, ExitCode::kPrecondition,
         fmt::format("this user may not give {} back to its owner {}:{}",
                     core::encode_path(foreign->path), foreign->uid, foreign->gid),
         "run the agent as root or with CAP_CHOWN");
}

void check_attributes(const Tree& archived, PreflightReport& report) {
  if (may_set_system_attributes()) return;
  for (const auto& entry : archived.entries)
    for (const auto& [name, value] : entry.extra().attributes)
      if (name.rfind("trusted.", 0) == 0 || name.rfind("security.", 0) == 0)
        return find(report, ExitCode::kPrecondition,
                    fmt::format("this user may not set attribute {} of {}", name,
                                core::encode_path(entry.path)),
                    "run the agent as root or with CAP_SYS_ADMIN");
}

bool looks_changed(const Entry& archived, const Entry& live, const Owners& owners) {
  return archived.type != EntryType::kFolder && !compare_metadata(archived, live, owners).empty();
}

void name_entries(PreflightReport& report, const char* what, const Tree& tree,
                  const std::vector<std::uint32_t>& places) {
  for (std::size_t i = 0; i < places.size() && i < kNamed; ++i)
    report.plan.push_back(
        fmt::format("config-local: {} {}", what, core::encode_path(tree.entries[places[i]].path)));
  if (places.size() > kNamed)
    report.plan.push_back(
        fmt::format("config-local: {} {} more entries", what, places.size() - kNamed));
}

void plan_restore(const ArchivedTree& archived, const Scan& live, PreflightReport& report) {
  const Pairing pairing = pair_entries(archived.tree, live);
  const Owners owners(archived.tree);
  std::vector<std::uint32_t> changed;
  for (const auto& [place, live_place] : pairing.both)
    if (looks_changed(archived.tree.entries[place], live.tree.entries[live_place], owners))
      changed.push_back(place);
  report.plan.push_back(
      fmt::format("config-local: {} entries now, {} in the archive ({}): {} come, {} go, {} change",
                  live.tree.entries.size(), archived.tree.entries.size(),
                  core::human_bytes(archived.tree.content_bytes()), pairing.only_archived.size(),
                  pairing.only_live.size(), changed.size()));
  name_entries(report, "comes:", archived.tree, pairing.only_archived);
  name_entries(report, "goes:", live.tree, pairing.only_live);
  name_entries(report, "changes:", archived.tree, changed);
}

bool exists(const std::string& path) {
  std::error_code failure;
  return std::filesystem::is_directory(std::filesystem::symlink_status(path, failure));
}

}  // namespace

PreflightReport examine_backup(const Configuration& configuration, const Settings& settings,
                               core::Context& context) {
  PreflightReport report;
  if (!exists(configuration.path)) {
    find(report, ExitCode::kNotFound,
         fmt::format("the config-local folder {} does not exist", configuration.path),
         "correct /resources/config_local/path in environment.json");
    return report;
  }
  check_own_folders(configuration, settings, report);
  const auto root = open_root(configuration.path);
  const Scan scan = scan_tree(root.get(), configuration.exclude, context.cancel);
  check_kinds(scan, false, report);
  check_mounts(configuration, is_mount_point(root.get()), scan, false, report);
  report.estimated_bytes = scan.tree.content_bytes();
  return report;
}

PreflightReport examine_restore(const Configuration& configuration, const Settings& settings,
                                const archive::ArchiveReader& archive, core::Context& context) {
  PreflightReport report;
  const ArchivedTree archived = read_index(archive, configuration.exclude, context);
  report.estimated_bytes = archived.tree.content_bytes();
  check_own_folders(configuration, settings, report);
  Scan live;
  if (exists(configuration.path)) {
    const auto root = open_root(configuration.path);
    live = scan_tree(root.get(), archived.excluded, context.cancel);
    check_mounts(configuration, is_mount_point(root.get()), live, true, report);
    check_kinds(live, true, report);
  }
  check_writable(configuration, report);
  check_space(configuration, archived.tree, report);
  check_owners(archived.tree, report);
  check_attributes(archived.tree, report);
  plan_restore(archived, live, report);
  return report;
}

}  // namespace resources::config_local
