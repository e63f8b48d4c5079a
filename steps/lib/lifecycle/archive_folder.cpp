#include "lifecycle/archive_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <future>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <unistd.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"

namespace lifecycle {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// A folder may hold a hundred thousand archives: no object is made for a name that is passed over.
template <typename Action>
void for_each_name(const std::string& folder, const Action& action) {
  const std::unique_ptr<DIR, CloseFolder> listing(::opendir(folder.c_str()));
  if (!listing) return;
  while (const dirent* found = ::readdir(listing.get())) action(std::string_view(found->d_name));
}

// "<BackupId>.tar" without its end; empty for any other name and for another environment's.
std::string_view id_of_archive(std::string_view name, const std::string& environment) {
  constexpr std::string_view kEnd = ".tar";
  if (name.size() <= kEnd.size() || name.substr(name.size() - kEnd.size()) != kEnd) return {};
  const auto id = name.substr(0, name.size() - kEnd.size());
  if (id.substr(0, environment.size()) != environment || !core::is_backup_id(id)) return {};
  return core::environment_of(id) == environment ? id : std::string_view();
}

// "<BackupId>.tar.tmp-0a1b2c" or "<BackupId>.json.tmp-0a1b2c".
bool is_temporary(std::string_view name, const std::string& environment) {
  const auto mark = name.find(core::kTemporaryMark);
  if (mark == std::string_view::npos) return false;
  const auto whole = name.substr(0, mark);
  const auto id = whole.substr(0, whole.rfind('.'));
  return core::is_temporary_of(name, whole) && core::is_backup_id(id) &&
         core::environment_of(id) == environment;
}

void unlink_one(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) core::throw_errno("remove", path);
}

}  // namespace

ArchiveFolder look_into(const std::string& folder, const std::string& environment) {
  ArchiveFolder found;
  for_each_name(folder, [&](std::string_view name) {
    if (const auto id = id_of_archive(name, environment); !id.empty())
      found.archives.emplace_back(id);
    else if (is_temporary(name, environment))
      found.temporary.emplace_back(name);
  });
  std::sort(found.archives.begin(), found.archives.end());
  return found;
}

Strays find_strays(const ArchiveFolder& folder, const std::vector<state::ArchiveName>& known) {
  using state::ArchiveStatus;
  Strays strays;
  auto name = known.begin();
  for (const auto& id : folder.archives) {
    while (name != known.end() && name->backup_id < id) ++name;
    const bool found = name != known.end() && name->backup_id == id;
    if (!found || name->status == ArchiveStatus::kFailed || name->lost)
      strays.orphans.push_back(id);
    else if (name->status == ArchiveStatus::kPruned)
      strays.left_over.push_back(id);
  }
  return strays;
}

Strays find_strays(const environment::Environment& environment, const state::StateFile& file,
                   bool pruned, const state::VisitArchive& visit) {
  auto folder =
      std::async(std::launch::async, look_into, environment.archive_folder, environment.name);
  const auto known = state::name_archives(file, pruned, visit);
  return find_strays(folder.get(), known);
}

void unlink_archive(const std::string& folder, const std::string& backup_id) {
  unlink_one(folder + "/" + backup_id + ".tar");
  unlink_one(folder + "/" + backup_id + ".json");
  core::fsync_directory(folder);
}

std::vector<std::string> remove_temporary_beside(const std::string& path) {
  const std::string folder = core::folder_of(path);
  const std::string whole = path.substr(path.rfind('/') + 1);
  std::vector<std::string> names;
  for_each_name(folder, [&](std::string_view name) {
    if (core::is_temporary_of(name, whole)) names.emplace_back(name);
  });
  for (const auto& name : names) unlink_one(folder + "/" + name);
  return names;
}

std::vector<std::string> remove_temporary(const std::string& folder,
                                          const std::string& environment) {
  std::vector<std::string> names;
  for_each_name(folder, [&](std::string_view name) {
    if (is_temporary(name, environment)) names.emplace_back(name);
  });
  for (const auto& name : names) unlink_one(folder + "/" + name);
  return names;
}

}  // namespace lifecycle
