#include "admin/web/services.hpp"

#include <sys/stat.h>

#include <filesystem>

namespace admin {

namespace {

// Nobody else may read accounts and audit, whatever the service's umask is.
const std::string& made(const std::string& folder) {
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  return folder;
}

}  // namespace

Services::Services(Settings with, const core::Clock& by)
    : settings(std::move(with)),
      clock(by),
      accounts(made(settings.data_folder)),
      audit(settings.data_folder, clock),
      requests(settings.data_folder, clock.now_ms()),
      sessions(settings.idle_seconds, settings.longest_seconds, clock),
      throttle(settings.login_attempts, settings.lockout_seconds, clock),
      devices(settings.data_folder + "/device-key"),
      views(settings.environments),
      follower(settings.jenkins, requests, audit, clock) {}

}  // namespace admin
