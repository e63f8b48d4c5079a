#pragma once
// <BackupId>.json beside <BackupId>.tar: a copy of the manifest with what only the catalogue would
// know else (kind, pin, reason), so that the catalogue can be rebuilt from the folder alone.
//
// Crash order. Writing: the copy first, then the tar's rename; removing: the tar first, then the
// copy. So a .tar always has its copy, and a copy without a .tar is rubbish that may go.
// Needs neither libarchive nor zstd, so that steps that only pin start at once.

#include <cstdint>
#include <optional>
#include <string>

#include "archive/manifest.hpp"

namespace archive {

struct Sidecar {
  std::string backup_id;
  std::string kind;                // "backup" or "safety"
  std::optional<std::string> pin;  // the reason, when pinned
  std::string manifest_sha256;
  std::uint64_t size_bytes = 0;  // of the tar
  Manifest manifest;
};

std::string sidecar_path(const std::string& folder, const std::string& backup_id);

// Atomically. `manifest_text` is the manifest member's very text, so that it is made only once.
void write_sidecar(const std::string& folder, const Sidecar& sidecar,
                   const std::string& manifest_text);

// Throws Error(kNotFound) when there is none, Error(kIntegrity) when it is broken.
Sidecar read_sidecar(const std::string& folder, const std::string& backup_id);

// Sets or clears the pin in the copy, atomically.
void pin_sidecar(const std::string& folder, const std::string& backup_id,
                 const std::optional<std::string>& reason);
// The same once the catalogue holds the pin, so that one that is rebuilt from the folder knows it
// too. The catalogue decides: a copy that cannot be written is warned about.
void copy_pin(const std::string& folder, const std::string& backup_id,
              const std::optional<std::string>& reason);

}  // namespace archive
