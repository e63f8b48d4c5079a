#include "tests/contract/elasticsearch/stages.hpp"

#include <algorithm>

#include "archive/archive_writer.hpp"
#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/worker_pool.hpp"

namespace search_test {

std::unique_ptr<resources::elasticsearch::ElasticsearchResource> make_resource(
    const json::Value& section) {
  resources::Settings settings;
  settings.environment = "test-search";
  settings.section = section;
  settings.secret = [](const json::Value& reference) { return reference.as_string(); };
  return std::make_unique<resources::elasticsearch::ElasticsearchResource>(settings);
}

json::Value run_work(resources::Work& work, core::Context& context, std::size_t workers) {
  auto items = work.plan();
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
    return a.estimated_bytes > b.estimated_bytes;
  });
  std::vector<core::Job> jobs;
  for (const auto& item : items) jobs.emplace_back([&work, item] { work.run(item); });
  core::run_all(std::move(jobs), workers, context.cancel);
  return work.finish();
}

std::string capture(resources::Resource& resource, const std::string& folder,
                    core::Context& context) {
  archive::Manifest manifest;
  manifest.environment = "test-search";
  manifest.kind = "backup";
  manifest.backup_id = core::make_backup_id("test-search", core::system_clock().now_ms());
  manifest.created_at = core::to_iso8601(core::system_clock().now_ms());
  archive::ArchiveWriter writer(folder, manifest.backup_id);
  const auto work = resource.open(writer, context);
  archive::ResourceEntry entry;
  entry.name = "elasticsearch";
  entry.detail = run_work(*work, context);
  manifest.resources.push_back(std::move(entry));
  return writer.finish(std::move(manifest)).path;
}

}  // namespace search_test
