#include "resources/images/images_preflight.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "resources/images/live_images.hpp"
#include "resources/images/registry_client.hpp"

namespace resources::images {

using core::ExitCode;

namespace {
void add(PreflightReport& report, const core::Error& error, bool blocking = true) {
  report.findings.push_back({error.code(), error.what(), error.hint(), blocking});
}

void warn(PreflightReport& report, ExitCode code, std::string message, std::string hint) {
  report.findings.push_back({code, std::move(message), std::move(hint), false});
}

std::vector<ImageReference> references(const std::vector<ServiceImage>& images) {
  std::vector<ImageReference> list;
  for (const auto& image : images)
    if (image.configured) list.push_back(image.reference());
  return list;
}

// Asks for each image; stops at the first error that all others would repeat.
template <typename Judge>
void ask_registry(const ImageSettings& settings, const std::vector<ServiceImage>& images,
                  PreflightReport& report, core::Context& context, const Judge& judge) {
  try {
    require_one_registry(settings, references(images));
    RegistryClient registry(settings, context.cancel);
    for (const auto& image : images)
      if (image.configured) judge(image, registry.digest(image.reference()));
  } catch (const core::Error& error) {
    add(report, error);
  }
}

std::optional<LiveImages> live(const ImageSettings& settings, PreflightReport& report,
                               bool blocking) {
  try {
    return LiveImages(settings);
  } catch (const core::Error& error) {
    add(report, error, blocking);
    return std::nullopt;
  }
}

void check_apply_command(const ImageSettings& settings, PreflightReport& report) {
  if (settings.apply_command.empty()) {
    warn(report, ExitCode::kConfiguration,
         "images has no apply_command: after a restore the services go on with what they run",
         "set it, for example to docker compose up -d");
    return;
  }
  const auto& program = settings.apply_command.front();
  const bool has_path = program.find('/') != std::string::npos;
  if (!has_path || ::access(program.c_str(), X_OK) == 0) return;
  if (errno == ENOENT)
    warn(report, ExitCode::kConfiguration,
         fmt::format("images.apply_command: {} is not there now", program),
         "it must come back with the deployment, or apply fails");
  else
    report.findings.push_back(
        {ExitCode::kConfiguration,
         fmt::format("images.apply_command: {} cannot be run: {}", program, std::strerror(errno)),
         "correct its path or its rights", true});
}

// On a new server the folder comes with the deployment: it must be possible to make it.
std::string nearest_folder(std::string path) {
  do path = core::folder_of(path);
  while (::access(path.c_str(), F_OK) != 0 && errno == ENOENT && path != "/");
  return path;
}

// A file is replaced by a rename within its folder, with the owner it had.
void check_writable(const std::string& path, PreflightReport& report) {
  const std::string folder = nearest_folder(path);
  if (::access(folder.c_str(), W_OK) != 0)
    report.findings.push_back(
        {ExitCode::kPrecondition,
         fmt::format("{} cannot be written: {}", folder, std::strerror(errno)),
         "give the agent's user the right to write that folder", true});
  struct stat entry {};
  if (::stat(path.c_str(), &entry) == 0 && entry.st_uid != ::geteuid() && ::geteuid() != 0)
    report.findings.push_back({ExitCode::kPrecondition,
                               fmt::format("{} belongs to another user, which a new file could "
                                           "not keep",
                                           path),
                               "give the file to the agent's user", true});
}

std::string version_now(const LiveImages* live, const std::string& service) {
  try {
    if (live != nullptr) return version_of(live->service(service));
  } catch (const core::Error&) {
    // named by its own finding
  }
  return "nothing";
}

void plan_service(const ServiceImage& image, const LiveImages* live, PreflightReport& report) {
  report.plan.push_back(fmt::format("service {}: {} now, {} in the archive", image.service,
                                    version_now(live, image.service), version_of(image)));
  try {
    if (live != nullptr) live->service(image.service);
  } catch (const core::Error& error) {
    // the deployment may bring a file that reads otherwise; the restore itself insists
    add(report, error, false);
  }
}

void judge_archived(const ServiceImage& image, const std::optional<std::string>& found,
                    PreflightReport& report) {
  if (!found) {
    report.findings.push_back(
        {ExitCode::kNotFound,
         fmt::format("service {}: the registry has no {} any more", image.service, image.image),
         "push that tag again, or restore an archive whose images are still there", true});
  } else if (!image.digest.empty() && *found != image.digest) {
    warn(report, ExitCode::kIntegrity,
         fmt::format("service {}: {} is another image now: {}, {} when it was backed up",
                     image.service, image.image, *found, image.digest),
         "somebody has pushed that tag again; tag the old digest if you need it");
  }
}
}  // namespace

PreflightReport check_backup(const ImageSettings& settings, core::Context& context) {
  PreflightReport report;
  const auto files = live(settings, report, true);
  if (!files) return report;
  std::vector<ServiceImage> images;
  try {
    images = files->services();
  } catch (const core::Error& error) {
    add(report, error);
  }
  report.estimated_bytes = files->compose_text().size() + 1024 * images.size();
  ask_registry(settings, images, report, context,
               [&](const ServiceImage& image, const std::optional<std::string>& found) {
                 if (found) return;
                 warn(
                     report, ExitCode::kNotFound,
                     fmt::format("service {}: the registry has no {}: a restore could not start it",
                                 image.service, image.image),
                     "push that tag");
               });
  return report;
}

PreflightReport check_restore(const ImageSettings& settings,
                              const std::vector<ServiceImage>& archived, core::Context& context) {
  PreflightReport report;
  const auto files = live(settings, report, false);
  for (const auto& image : archived) plan_service(image, files ? &*files : nullptr, report);
  for (const auto& path : {settings.compose_file, settings.env_file})
    if (!path.empty()) check_writable(path, report);
  check_apply_command(settings, report);
  ask_registry(settings, archived, report, context,
               [&](const ServiceImage& image, const std::optional<std::string>& found) {
                 judge_archived(image, found, report);
               });
  return report;
}

}  // namespace resources::images
