#include "verify/check.hpp"

#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>

#include "archive/archive_reader.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/unique_fd.hpp"
#include "lifecycle/archive_folder.hpp"
#include "resources/config_local/damage.hpp"

namespace verify {

namespace {

using core::ExitCode;

// An archive whose snapshot was cut off after the rename has no anchor.
std::optional<std::string> anchor_of(const state::ArchiveRecord& record) {
  if (record.manifest_sha256.empty()) return std::nullopt;
  return record.manifest_sha256;
}

std::optional<std::string> read_once(const std::string& path,
                                     const std::optional<std::string>& anchor,
                                     core::Context& context) {
  try {
    const archive::ArchiveReader reader(path, anchor);
    resources::config_local::DamagedFiles files(reader, context);
    archive::verify(reader, context,
                    [&](const archive::Member& member) { return files.in(member); });
    return std::nullopt;
  } catch (const core::Error& error) {
    if (error.code() != ExitCode::kIntegrity && error.code() != ExitCode::kNotFound) throw;
    return error.what();
  }
}

// So that the second read asks the disk again.
void forget_pages(const std::string& path) {
  const core::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
}

}  // namespace

void refuse_empty_folder(const environment::Environment& environment) {
  const auto& folder = environment.archive_folder;
  if (!lifecycle::look_into(folder, environment.name).archives.empty()) return;
  throw core::Error(ExitCode::kStorage,
                    fmt::format("the archive folder {} holds not one archive of environment '{}', "
                                "though the catalogue lists some: nothing is marked damaged",
                                folder, environment.name),
                    "is its disk mounted? mount it, or put the archives back, and verify again");
}

std::optional<std::string> find_damage(const environment::Environment& environment,
                                       const state::ArchiveRecord& record, core::Context& context) {
  const std::string path = environment.archive_path(record.backup_id);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) refuse_empty_folder(environment);
  auto damage = read_once(path, anchor_of(record), context);
  if (damage) {
    core::log_warning(fmt::format("{}; reading it once more", *damage));
    forget_pages(path);
    damage = read_once(path, anchor_of(record), context);
  }
  if (!damage)
    core::log_info(
        fmt::format("archive {} is whole: every byte agrees with its manifest", record.backup_id));
  return damage;
}

void throw_damaged(const std::string& backup_id, const std::string& damage) {
  throw core::Error(
      ExitCode::kIntegrity, fmt::format("archive {} is damaged: {}", backup_id, damage),
      "it is marked and never used; put it back from the server's disk backup and verify it again, "
      "or use another one: `catalogue list` shows every BackupId");
}

}  // namespace verify
