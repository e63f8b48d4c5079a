#include "archive/sidecar.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_reader.hpp"
#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/sha256.hpp"

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

json::Value read_document(const std::string& folder, const std::string& backup_id) {
  const std::string path = sidecar_path(folder, backup_id);
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 && errno == ENOENT)
    throw Error(ExitCode::kNotFound, fmt::format("{} is missing", path),
                "'catalogue list' shows what archives there are");
  return json::parse(core::read_file(path), path);
}

Sidecar from_document(const json::Value& document, const std::string& backup_id) {
  Sidecar sidecar;
  sidecar.manifest = manifest_from_json(document.at("manifest"));
  sidecar.backup_id = sidecar.manifest.backup_id;
  sidecar.kind = document.at("kind").as_string();
  if (document.get_bool("pin")) sidecar.pin = document.get_string("reason");
  sidecar.manifest_sha256 = document.at("manifest_sha256").as_string();
  sidecar.size_bytes = document.at("size_bytes").as_uint();
  if (sidecar.backup_id != backup_id || sidecar.kind != sidecar.manifest.kind)
    throw Error(ExitCode::kIntegrity, fmt::format("{}.json belongs to another archive", backup_id),
                "rebuild the catalogue from the archives");
  return sidecar;
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

void unlink_if_there(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) core::throw_errno("remove", path);
}

}  // namespace

std::string sidecar_path(const std::string& folder, const std::string& backup_id) {
  return fmt::format("{}/{}.json", folder, backup_id);
}

void write_sidecar(const std::string& folder, const Sidecar& sidecar,
                   const std::string& manifest_text) {
  json::Value head;
  head.set("kind", sidecar.kind);
  head.set("pin", sidecar.pin.has_value());
  head.set("reason", sidecar.pin.value_or(""));
  head.set("manifest_sha256", sidecar.manifest_sha256);
  head.set("size_bytes", sidecar.size_bytes);
  std::string text = json::dump(head);
  text.back() = ',';  // the manifest's text goes in as it is, instead of once more through a tree
  core::AtomicFile file(sidecar_path(folder, sidecar.backup_id));
  file.write(text);
  file.write("\"manifest\":");
  file.write(manifest_text);
  file.write("}\n");
  file.commit();
}

Sidecar read_sidecar(const std::string& folder, const std::string& backup_id) {
  return from_document(read_document(folder, backup_id), backup_id);
}

void pin_sidecar(const std::string& folder, const std::string& backup_id,
                 const std::optional<std::string>& reason) {
  json::Value document = read_document(folder, backup_id);
  document.set("pin", reason.has_value());
  document.set("reason", reason.value_or(""));
  core::write_file_atomically(sidecar_path(folder, backup_id), json::dump(document) + "\n");
}

std::vector<FoundArchive> scan_folder(const std::string& folder) {
  std::vector<FoundArchive> found;
  for (const auto& backup_id : backup_ids_in(folder)) found.push_back(look_at(folder, backup_id));
  return found;
}

void remove_archive(const std::string& folder, const std::string& backup_id) {
  unlink_if_there(tar_path(folder, backup_id));
  unlink_if_there(sidecar_path(folder, backup_id));
  core::fsync_directory(folder);
}

}  // namespace archive
