#include "lifecycle/archive_folder.hpp"

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <unordered_map>

#include <unistd.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"

namespace lifecycle {

namespace fs = std::filesystem;

namespace {

bool belongs_to(const std::string& backup_id, const std::string& environment) {
  return core::is_backup_id(backup_id) && core::environment_of(backup_id) == environment;
}

// "<BackupId>.tar.tmp-0a1b2c" -> "<BackupId>"; empty for any other name.
std::string id_of_temporary(const std::string& name) {
  const auto mark = name.find(core::kTemporaryMark);
  return mark == std::string::npos ? "" : fs::path(name.substr(0, mark)).stem().string();
}

void unlink_one(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) core::throw_errno("remove", path);
}

}  // namespace

ArchiveFolder look_into(const std::string& folder, const std::string& environment) {
  ArchiveFolder found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (belongs_to(id_of_temporary(name), environment))
      found.temporary.push_back(name);
    else if (entry.path().extension() == ".tar" &&
             belongs_to(entry.path().stem().string(), environment))
      found.archives.insert(entry.path().stem().string());
  }
  return found;
}

Strays find_strays(const ArchiveFolder& folder, const std::vector<state::ArchiveRecord>& records) {
  using state::ArchiveStatus;
  std::unordered_map<std::string_view, ArchiveStatus> statuses(records.size());
  for (const auto& record : records) statuses.emplace(record.backup_id, record.status);
  Strays strays;
  for (const auto& id : folder.archives) {
    const auto found = statuses.find(id);
    if (found == statuses.end() || found->second == ArchiveStatus::kFailed)
      strays.orphans.push_back(id);
    else if (found->second == ArchiveStatus::kPruned)
      strays.left_over.push_back(id);
  }
  return strays;
}

void unlink_archive(const std::string& folder, const std::string& backup_id) {
  unlink_one(folder + "/" + backup_id + ".tar");
  unlink_one(folder + "/" + backup_id + ".json");
  core::fsync_directory(folder);
}

std::vector<std::string> remove_temporary(const std::string& folder,
                                          const std::string& environment) {
  auto names = look_into(folder, environment).temporary;
  for (const auto& name : names) unlink_one(folder + "/" + name);
  return names;
}

}  // namespace lifecycle
