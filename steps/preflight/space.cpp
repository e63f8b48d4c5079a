#include "preflight/space.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/units.hpp"

namespace preflight {

namespace {

constexpr std::uint64_t kReserve = std::uint64_t{64} << 20;

std::uint64_t free_bytes(const std::string& folder) {
  struct statvfs disk {};
  return ::statvfs(folder.c_str(), &disk) == 0 ? std::uint64_t{disk.f_bavail} * disk.f_frsize : 0;
}

}  // namespace

std::vector<resources::Finding> check_space(const std::string& archive_folder,
                                            std::uint64_t plain_bytes) {
  using core::ExitCode;
  if (::access(archive_folder.c_str(), W_OK | X_OK) != 0)
    return {{ExitCode::kStorage,
             fmt::format("the archive folder {} cannot be written", archive_folder),
             "create it and give it to the agent's user, mode 0700", true}};
  const std::uint64_t free = free_bytes(archive_folder);
  const std::string text =
      fmt::format("{} free in {}, the backup reads {}", core::human_bytes(free), archive_folder,
                  core::human_bytes(plain_bytes));
  const std::string hint = "free some space there, or let prune remove older archives";
  if (free < plain_bytes / 2 + kReserve) return {{ExitCode::kStorage, text, hint, true}};
  if (free < plain_bytes + kReserve) return {{ExitCode::kStorage, text, hint, false}};
  return {};
}

}  // namespace preflight
