#include "archive/sidecar.hpp"

#include <catch2/catch.hpp>

#include "archive/folder_scan.hpp"
#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "tests/unit/archive/sample.hpp"

using sample::Folder;
using sample::kId;

TEST_CASE("the copy beside an archive holds its manifest, kind and pin") {
  const Folder folder;
  const auto done = sample::write(folder.path());
  auto copy = archive::read_sidecar(folder.path(), kId);
  CHECK(copy.kind == "backup");
  CHECK_FALSE(copy.pin.has_value());
  CHECK(copy.manifest_sha256 == done.manifest_sha256);
  CHECK(copy.size_bytes == done.size_bytes);
  CHECK(copy.manifest.members.size() == 4);
  archive::pin_sidecar(folder.path(), kId, "before the audit");
  CHECK(archive::read_sidecar(folder.path(), kId).pin == "before the audit");
  archive::pin_sidecar(folder.path(), kId, std::nullopt);
  CHECK_FALSE(archive::read_sidecar(folder.path(), kId).pin.has_value());
}

TEST_CASE("a folder is listed from the copies, and from the archive where the copy fails") {
  const Folder folder;
  const std::string newer = "athena-test-20261124T043000Z-0a1b2c";
  const std::string broken = "athena-test-20261125T043000Z-0a1b2c";
  const auto first = sample::write(folder.path());
  sample::write(folder.path(), newer);
  core::write_file_atomically(archive::sidecar_path(folder.path(), newer), "{");
  core::write_file_atomically(folder.tar(broken), "no archive");
  core::write_file_atomically(folder.path() + "/notes.tar", "not ours");
  const auto found = archive::scan_folder(folder.path());
  REQUIRE(found.size() == 3);
  CHECK(found[0].backup_id == kId);
  CHECK(found[0].sidecar.manifest_sha256 == first.manifest_sha256);
  CHECK(found[1].error.empty());
  CHECK(found[1].sidecar.manifest.backup_id == newer);
  CHECK(found[2].backup_id == broken);
  CHECK_FALSE(found[2].error.empty());
}

TEST_CASE("a missing copy is not found and a missing folder is a storage error") {
  const Folder folder;
  CHECK_THROWS_AS(archive::read_sidecar(folder.path(), kId), core::Error);
  CHECK_THROWS_AS(archive::scan_folder(folder.path() + "/none"), core::Error);
}
