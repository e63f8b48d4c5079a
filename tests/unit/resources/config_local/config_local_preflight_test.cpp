#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/resources/config_local/live_tree.hpp"

using live::Server;
namespace fs = std::filesystem;

namespace {

const resources::Finding* finding_with(const resources::PreflightReport& report,
                                       const std::string& text) {
  for (const auto& finding : report.findings)
    if (finding.message.find(text) != std::string::npos) return &finding;
  return nullptr;
}

void make_socket(const fs::path& path) {
  const core::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("cannot bind a socket");
}

}  // namespace

TEST_CASE("preflight of a backup estimates the bytes and finds nothing wrong with a plain folder") {
  Server server;
  live::write(server.tree() / "a", std::string(1000, 'x'));
  const auto report = server.resource().preflight_backup(server.ports.context);
  CHECK(report.findings.empty());
  CHECK(report.estimated_bytes == 1000);
}

TEST_CASE("a folder that does not exist cannot be backed up") {
  Server server;
  fs::remove_all(server.tree());
  const auto report = server.resource().preflight_backup(server.ports.context);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].code == core::ExitCode::kNotFound);
}

TEST_CASE("archives inside the folder that is backed up are refused") {
  Server server;
  server.settings.archive_folder = server.tree() / "archives";
  const auto report = server.resource().preflight_backup(server.ports.context);
  const auto* finding = finding_with(report, "lies inside");
  REQUIRE(finding != nullptr);
  CHECK(finding->blocking);
  CHECK(finding->code == core::ExitCode::kConfiguration);
}

TEST_CASE("sockets are warned about, devices refused") {
  Server server;
  make_socket(server.tree() / "s");
  const auto report = server.resource().preflight_backup(server.ports.context);
  const auto* socket = finding_with(report, "sockets");
  REQUIRE(socket != nullptr);
  CHECK_FALSE(socket->blocking);
  if (::mknod((server.tree() / "null").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) return;
  const auto* device =
      finding_with(server.resource().preflight_backup(server.ports.context), "devices");
  CHECK(device != nullptr);
  CHECK_THROWS_AS(server.back_up(), core::Error);
}

TEST_CASE("preflight of a restore says what comes, goes and changes") {
  Server server;
  for (const auto* name : {"stays", "changes", "comes"}) live::write(server.tree() / name, "1");
  const archive::ArchiveReader archive(server.back_up());
  fs::remove(server.tree() / "comes");
  live::write(server.tree() / "changes", "22");
  live::write(server.tree() / "goes", "1");
  const auto report = server.resource().preflight_restore(archive, server.ports.context);
  CHECK(report.findings.empty());
  CHECK(report.plan ==
        std::vector<std::string>{
            "config-local: 4 entries now, 4 in the archive (3 B): 1 come, 1 go, 1 change",
            "config-local: comes: comes", "config-local: goes: goes",
            "config-local: changes: changes"});
}

TEST_CASE("a mount point is refused in preflight unless it is restored in place") {
  Server server;
  live::write(server.tree() / "a", "1");
  const archive::ArchiveReader archive(server.back_up());
  if (::mount("none", server.tree().c_str(), "tmpfs", 0, "size=1m") != 0) {
    WARN("skipped: this user may not mount");
    return;
  }
  const auto refused = server.resource().preflight_restore(archive, server.ports.context);
  server.settings.section.set("in_place", true);
  const auto allowed = server.resource().preflight_restore(archive, server.ports.context);
  server.restore(archive);
  const std::string restored = live::read(server.tree() / "a");
  ::umount(server.tree().c_str());
  CHECK(finding_with(refused, "is a mount point") != nullptr);
  CHECK(finding_with(refused, "is a mount point")->blocking);
  CHECK(finding_with(allowed, "mount point") == nullptr);
  CHECK(restored == "1");
}

TEST_CASE("a disk that is too small for the tree beside is found in preflight") {
  Server server;
  live::write_sparse(server.tree() / "huge", off_t{8} << 40, 0, "x");
  const archive::ArchiveReader archive(server.back_up());
  const auto report = server.resource().preflight_restore(archive, server.ports.context);
  const auto* finding = finding_with(report, "needs");
  REQUIRE(finding != nullptr);
  CHECK(finding->code == core::ExitCode::kStorage);
}
