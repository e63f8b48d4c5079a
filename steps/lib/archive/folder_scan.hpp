#pragma once
// What archives a folder holds, for a rebuild of the catalogue.

#include <string>
#include <vector>

#include "archive/sidecar.hpp"

namespace archive {

struct FoundArchive {
  std::string backup_id;
  Sidecar sidecar;
  std::string error;  // why it cannot be listed ("": it can); sidecar is then empty
};

// Every .tar of the folder, sorted by BackupId: from its copy where that fits the file, else from
// the tar itself. Nothing that it returns is verified. Throws Error(kStorage) for a folder that
// cannot be read.
std::vector<FoundArchive> scan_folder(const std::string& folder);

}  // namespace archive
