#include "resources/images/images_resource.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/subprocess.hpp"
#include "resources/images/health_check.hpp"
#include "resources/images/images_archive.hpp"
#include "resources/images/images_preflight.hpp"
#include "resources/images/live_images.hpp"
#include "resources/images/registry_client.hpp"
#include "resources/says_what_it_holds.hpp"

namespace resources::images {

namespace {
bool is_restored(const ImageSettings& settings, const ServiceImage& image) {
  const auto& wanted = settings.services;
  return std::find(wanted.begin(), wanted.end(), image.service) != wanted.end();
}

// Those of the archive that the configuration wants back.
std::vector<ServiceImage> to_put_back(const ImageSettings& settings,
                                      std::vector<ServiceImage> archived) {
  archived.erase(std::remove_if(archived.begin(), archived.end(),
                                [&](const auto& image) { return !is_restored(settings, image); }),
                 archived.end());
  return archived;
}

// The files are read at once: that is the cut. The registry is asked later, beside other work, but
// before users are back: a tag can be pushed again.
class Capture final : public Work {
 public:
  Capture(const ImageSettings& settings, archive::ChunkSink& sink, core::Context& context)
      : m_settings(settings), m_sink(sink), m_context(context) {
    const LiveImages live(settings);
    m_images = live.services();
    m_files = {live.compose_text(), live.env_lines()};
  }

  std::vector<Task> plan() override { return {{"images", m_files.compose_text.size(), true}}; }

  void run(const Task& item) override {
    RegistryClient registry(m_settings, m_context.cancel);
    for (auto& image : m_images)
      if (image.configured) image.digest = registry.digest(image.reference()).value_or("");
    put_images(m_sink, m_images, m_files);
    m_context.progress.advance("images", item.estimated_bytes);
  }

  json::Value finish() override { return detail_of(m_images); }

 private:
  const ImageSettings& m_settings;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  std::vector<ServiceImage> m_images;
  ArchivedFiles m_files;
};

// Has no items, so that it is finished after those of all resources: the deployment may bring the
// very files whose tags are put back here.
class PutBack final : public Work {
 public:
  PutBack(const ImageSettings& settings, std::vector<ServiceImage> images, ArchivedFiles files,
          core::Context& context)
      : m_settings(settings),
        m_images(std::move(images)),
        m_files(std::move(files)),
        m_context(context) {}

  std::vector<Task> plan() override { return {}; }
  void run(const Task&) override {}

  json::Value finish() override {
    m_context.lease.check();
    bring_back(m_settings.compose_file, m_files.compose_text);
    if (m_settings.compose_file.empty()) bring_back(m_settings.env_file, m_files.env_lines);
    LiveImages live(m_settings);
    json::Value report = json::Value::object();
    for (const auto& image : m_images) {
      const bool changed = live.put_back(image);
      report.set(image.service, image.image);
      if (changed)
        m_context.progress.note(fmt::format("images: {} is {} again", image.service, image.image));
    }
    live.save();
    return report;
  }

 private:
  // On a new server; else the file that is there is written into.
  void bring_back(const std::string& path, const std::string& text) const {
    struct stat entry {};
    if (path.empty() || text.empty() || ::stat(path.c_str(), &entry) == 0) return;
    std::filesystem::create_directories(core::folder_of(path));
    core::write_file_atomically(path, text, 0644);
    m_context.progress.note(fmt::format("images: {} was gone and is back", path));
  }

  const ImageSettings& m_settings;
  std::vector<ServiceImage> m_images;
  ArchivedFiles m_files;
  core::Context& m_context;
};

class Compare final : public Work {
 public:
  Compare(const ImageSettings& settings, std::vector<ServiceImage> images)
      : m_settings(settings), m_images(std::move(images)) {}

  std::vector<Task> plan() override { return {{"images", 0}}; }

  void run(const Task&) override {
    const LiveImages live(m_settings);
    for (const auto& image : m_images) {
      const auto found = live.has(image.service) ? live.service(image.service).image : "nothing";
      if (found != image.image)
        m_differences.push_back({"service " + image.service, image.image, found});
    }
  }

  json::Value finish() override { return resources::to_json(m_differences); }

 private:
  const ImageSettings& m_settings;
  std::vector<ServiceImage> m_images;
  std::vector<Difference> m_differences;
};

class Images final : public Resource, public SaysWhatItHolds {
 public:
  explicit Images(const Settings& settings) : m_settings(read_settings(settings)) {}

  std::string name() const override { return "images"; }
  bool has_cut() const override { return true; }
  bool restored_last() const override { return true; }

  PreflightReport preflight_backup(core::Context& context) override {
    return check_backup(m_settings, context);
  }
  std::string holds(core::Context&) override {
    struct stat entry {};
    for (const auto& path : {m_settings.compose_file, m_settings.env_file})
      if (!path.empty() && ::stat(path.c_str(), &entry) == 0) return "image tags in " + path;
    return "";
  }
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override;
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override {
    return std::make_unique<Capture>(m_settings, sink, context);
  }
  // Tags are overwritten in place by the restore, and images stay where they are.
  std::vector<std::string> destroy(const archive::ArchiveReader&, core::Context&) override {
    return {};
  }
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override {
    return std::make_unique<PutBack>(m_settings, wanted(archive, context),
                                     read_files(archive, context), context);
  }
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override {
    return std::make_unique<Compare>(m_settings, wanted(archive, context));
  }
  void apply(const archive::ArchiveReader& archive, core::Context& context) override;

 private:
  std::vector<ServiceImage> wanted(const archive::ArchiveReader& archive, core::Context& context) {
    return to_put_back(m_settings, read_images(archive, context));
  }

  ImageSettings m_settings;
};

PreflightReport Images::preflight_restore(const archive::ArchiveReader& archive,
                                          core::Context& context) {
  const auto all = read_images(archive, context);
  auto report = check_restore(m_settings, to_put_back(m_settings, all), context);
  for (const auto& service : m_settings.services)
    if (find_service(all, service) == nullptr)
      report.plan.push_back(
          fmt::format("service {}: not in the archive, it stays as it is", service));
  return report;
}

void Images::apply(const archive::ArchiveReader& archive, core::Context& context) {
  if (!m_settings.apply_command.empty()) {
    context.lease.check();
    core::Command command;
    command.argv = m_settings.apply_command;
    for (const auto& image : wanted(archive, context)) command.argv.push_back(image.service);
    const auto& file =
        m_settings.compose_file.empty() ? m_settings.env_file : m_settings.compose_file;
    command.folder = core::folder_of(file);
    command.timeout_seconds = m_settings.apply_timeout_seconds;
    core::log_info(fmt::format("images: running {}", fmt::join(command.argv, " ")));
    core::run_checked(command, context.cancel, core::ExitCode::kServiceError);
  }
  wait_until_healthy(m_settings.health_check, context.cancel);
}
}  // namespace

std::unique_ptr<Resource> make(const Settings& settings) {
  return std::make_unique<Images>(settings);
}

}  // namespace resources::images
