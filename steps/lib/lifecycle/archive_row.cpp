#include "lifecycle/archive_row.hpp"

#include "core/clock.hpp"
#include "publish/summary.hpp"

namespace lifecycle {

namespace {

state::ArchiveResource resource_row(const archive::ResourceEntry& entry) {
  state::ArchiveResource row;
  row.name = entry.name;
  row.absent = entry.absent;
  row.rows = entry.rows;
  row.plain_bytes = entry.plain_size;
  row.stored_bytes = entry.stored_size;
  row.detail_json = json::dump(entry.detail);
  row.summary_json = json::dump(publish::summarise(entry.name, entry.detail));
  return row;
}

}  // namespace

state::ArchiveRecord archive_row(const archive::Manifest& manifest,
                                 const std::string& manifest_sha256, std::uint64_t size_bytes) {
  state::ArchiveRecord row;
  row.backup_id = manifest.backup_id;
  row.operation_id = manifest.operation_id;
  row.kind = manifest.kind;
  row.description = manifest.description;
  row.requested_by = manifest.requested_by;
  row.status = state::ArchiveStatus::kComplete;
  row.created_ms = core::from_iso8601(manifest.created_at);
  row.completed_ms = core::system_clock().now_ms();
  row.size_bytes = size_bytes;
  row.manifest_sha256 = manifest_sha256;
  for (const auto& entry : manifest.resources) row.resources.push_back(resource_row(entry));
  return row;
}

}  // namespace lifecycle
