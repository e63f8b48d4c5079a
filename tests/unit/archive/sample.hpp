#pragma once
// A folder that goes away, ports that keep nothing, and a small archive by our own writer.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "archive/archive_writer.hpp"
#include "core/ids.hpp"

namespace sample {

inline const std::string kId = "athena-test-20261123T043000Z-0a1b2c";

class Folder {
 public:
  Folder() : m_path(root() / ("archive-test-" + core::random_hex(6))) {
    std::filesystem::create_directories(m_path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path() const { return m_path.string(); }
  std::string tar(const std::string& id = kId) const { return path() + "/" + id + ".tar"; }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(m_path))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  // In memory where that exists: every archive is flushed, which a busy disk makes slow.
  static std::filesystem::path root() {
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  }
  std::filesystem::path m_path;
};

inline archive::Manifest manifest() {
  archive::Manifest manifest;
  manifest.description = "before the upgrade";
  manifest.created_at = "2026-11-23T04:30:00Z";
  manifest.operation_id = "op-0123456789abcdef";
  manifest.requested_by = "someone";
  manifest.resources = {{"mysql", {}, 0, 0, 0, {}}, {"firebase", "not configured", 0, 0, 0, {}}};
  return manifest;
}

inline std::string rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i * 7919) + "\tname\n";
  return text;
}

// A row chunk, a schema as plain text and one with a name that only pax can hold.
inline archive::FinishedArchive write(const std::string& folder, const std::string& id = kId) {
  archive::ArchiveWriter writer(folder, id);
  writer.put({"mysql/athena/schema.sql", "mysql", {}, {}}, archive::encode_plain("CREATE;\n"));
  json::Value meta;
  meta.set("table", "trial");
  writer.put({"mysql/athena/trial/000001.tsv.zst", "mysql", 500, meta},
             archive::encode_zstd(rows(500)));
  const std::string part = archive::encode_name("\xc3\xa4 long name " + std::string(120, 'x'));
  writer.put({"mysql/" + part + "/000001.tsv.zst", "mysql", 3, {}}, archive::encode_zstd(rows(3)));
  return writer.finish(manifest());
}

}  // namespace sample
