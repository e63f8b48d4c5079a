#include "archive/sidecar.hpp"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/log.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

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

void copy_pin(const std::string& folder, const std::string& backup_id,
              const std::optional<std::string>& reason) {
  try {
    pin_sidecar(folder, backup_id, reason);
  } catch (const Error& error) {
    core::log_warning(fmt::format("the copy of the manifest keeps its old pin: {}", error.what()));
  }
}

}  // namespace archive
