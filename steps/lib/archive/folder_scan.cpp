#include "archive/folder_scan.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>

#include "archive/archive_reader.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

constexpr std::string_view kTar = ".tar";

std::string tar_path(const std::string& folder, const std::string& backup_id) {
  return fmt::format("{}/{}.tar", folder, backup_id);
}

std::uint64_t size_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) core::throw_errno("look at", path);
  return static_cast<std::uint64_t>(found.st_size);
}

// The copy is believed only as far as it fits the file beside it.
bool fits(const Sidecar& sidecar, const std::string& folder) {
  return sidecar.size_bytes == size_of(tar_path(folder, sidecar.backup_id));
}

Sidecar from_archive(const std::string& folder, const std::string& backup_id) {
  const ArchiveReader reader(tar_path(folder, backup_id));
  return {backup_id,           reader.manifest().kind, {}, reader.manifest_sha256(),
          reader.size_bytes(), reader.manifest()};
}

Sidecar describe(const std::string& folder, const std::string& backup_id) {
  try {
    Sidecar sidecar = read_sidecar(folder, backup_id);
    if (fits(sidecar, folder)) return sidecar;
  } catch (const Error&) {  // missing or broken: the tar itself knows all but the pin
  }
  return from_archive(folder, backup_id);
}

FoundArchive look_at(const std::string& folder, const std::string& backup_id) {
  FoundArchive found;
  found.backup_id = backup_id;
  try {
    found.sidecar = describe(folder, backup_id);
  } catch (const Error& error) {
    found.error = error.what();
  }
  return found;
}

std::vector<std::string> backup_ids_in(const std::string& folder) {
  std::vector<std::string> ids;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    const auto& path = entry.path();
    if (path.extension() == kTar && core::is_backup_id(path.stem().string()))
      ids.push_back(path.stem().string());
  }
  if (failure)
    throw Error(ExitCode::kStorage,
                fmt::format("cannot list archive folder {}: {}", folder, failure.message()),
                "check archive_folder in environment.json");
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

std::vector<FoundArchive> scan_folder(const std::string& folder) {
  std::vector<FoundArchive> found;
  for (const auto& backup_id : backup_ids_in(folder)) found.push_back(look_at(folder, backup_id));
  return found;
}

}  // namespace archive
