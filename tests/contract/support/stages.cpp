#include "tests/contract/support/stages.hpp"

#include "archive/archive_writer.hpp"
#include "core/clock.hpp"
#include "core/ids.hpp"
#include "resources/run_works.hpp"

namespace support {

namespace {
constexpr const char* kEnvironment = "test-environment";
constexpr const char* kAnyName = "resource";

archive::Manifest new_manifest() {
  const auto now = core::system_clock().now_ms();
  archive::Manifest manifest;
  manifest.environment = kEnvironment;
  manifest.kind = "backup";
  manifest.backup_id = core::make_backup_id(kEnvironment, now);
  manifest.created_at = core::to_iso8601(now);
  return manifest;
}
}  // namespace

resources::Settings settings_of(json::Value section) {
  resources::Settings settings;
  settings.environment = kEnvironment;
  if (const auto* place = section.find("publish")) settings.publish = *place;
  settings.section = std::move(section);
  settings.secret = [](const json::Value& reference) { return reference.as_string(); };
  settings.workers = kWorkers;
  return settings;
}

json::Value run_work(std::unique_ptr<resources::Work> work, core::Context& context,
                     std::size_t workers) {
  resources::Works works;
  works[kAnyName] = std::move(work);
  return resources::run_works(works, workers, context).at(kAnyName);
}

std::string capture(resources::Resource& resource, const std::string& folder,
                    core::Context& context, std::size_t workers,
                    const std::function<void()>& opened) {
  archive::Manifest manifest = new_manifest();
  archive::ArchiveWriter writer(folder, manifest.backup_id);
  archive::ResourceEntry entry;
  entry.name = resource.name();
  auto work = resource.open(writer, context);
  opened();
  entry.detail = run_work(std::move(work), context, workers);
  manifest.resources.push_back(std::move(entry));
  return writer.finish(std::move(manifest)).path;
}

void restore(resources::Resource& resource, const archive::ArchiveReader& archive,
             core::Context& context, std::size_t workers) {
  run_work(resource.restore(archive, context), context, workers);
}

std::vector<resources::Difference> prove(resources::Resource& resource,
                                         const archive::ArchiveReader& archive,
                                         core::Context& context, std::size_t workers) {
  return resources::differences_from(run_work(resource.prove(archive, context), context, workers));
}

std::string text_of(const std::vector<resources::Difference>& differences) {
  std::string text;
  for (const auto& [object, expected, found] : differences)
    text += object + ": expected " + expected + ", found " + found + "\n";
  return text;
}

core::ExitCode code_of(const std::function<void()>& action, std::string* message) {
  try {
    action();
  } catch (const core::Error& error) {
    if (message != nullptr) *message = std::string(error.what()) + " hint: " + error.hint();
    return error.code();
  }
  return core::ExitCode::kOk;
}

}  // namespace support
