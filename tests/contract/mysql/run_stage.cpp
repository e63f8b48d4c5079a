#include "run_stage.hpp"

#include <algorithm>
#include <memory>

#include "archive/archive_writer.hpp"
#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/worker_pool.hpp"

namespace mysql_test {

resources::Settings settings_of(json::Value section, std::size_t workers) {
  resources::Settings settings;
  settings.environment = "test-mysql";
  settings.section = std::move(section);
  settings.secret = [](const json::Value& reference) { return reference.as_string(); };
  settings.workers = workers;
  return settings;
}

json::Value run_work(resources::Work& work, std::size_t workers, core::Context& context) {
  auto items = work.plan();
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
    return a.estimated_bytes > b.estimated_bytes;
  });
  std::vector<core::Job> jobs;
  for (const auto& item : items) jobs.push_back([&work, item] { work.run(item); });
  core::run_all(std::move(jobs), workers, context.cancel);
  return work.finish();
}

std::string capture(resources::Resource& resource, const std::string& folder,
                    core::Context& context, std::size_t workers) {
  archive::Manifest manifest;
  manifest.environment = "test-mysql";
  manifest.kind = "backup";
  manifest.backup_id = core::make_backup_id("test-mysql", core::system_clock().now_ms());
  manifest.created_at = core::to_iso8601(core::system_clock().now_ms());
  archive::ArchiveWriter writer(folder, manifest.backup_id);
  const auto work = resource.open(writer, context);
  archive::ResourceEntry entry;
  entry.name = "mysql";
  entry.detail = run_work(*work, workers, context);
  manifest.resources.push_back(std::move(entry));
  return writer.finish(std::move(manifest)).path;
}

void restore(resources::Resource& resource, const archive::ArchiveReader& archive,
             core::Context& context, std::size_t workers) {
  run_work(*resource.restore(archive, context), workers, context);
}

std::vector<resources::Difference> prove(resources::Resource& resource,
                                         const archive::ArchiveReader& archive,
                                         core::Context& context, std::size_t workers) {
  return resources::differences_from(run_work(*resource.prove(archive, context), workers, context));
}

}  // namespace mysql_test
