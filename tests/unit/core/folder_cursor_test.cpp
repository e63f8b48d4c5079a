#include "core/folder_cursor.hpp"

#include <filesystem>

#include <fcntl.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/ids.hpp"

namespace fs = std::filesystem;

TEST_CASE("a cursor opens folders below its root and follows no link on the way") {
  const fs::path root = fs::temp_directory_path() / ("cursor-test-" + core::random_hex(6));
  fs::create_directories(root / "a/b");
  fs::create_symlink("/etc", root / "link");
  fs::create_symlink("../a", root / "a/up");
  const auto fd = core::open_fd(root, O_RDONLY | O_DIRECTORY);
  core::FolderCursor cursor(fd.get());
  CHECK(cursor.try_open(".") == fd.get());
  CHECK(cursor.try_open("a/b") >= 0);
  CHECK(cursor.try_open("link") == -1);
  CHECK(cursor.try_open("a/up/b") == -1);
  CHECK(cursor.try_open("a/none") == -1);
  CHECK_THROWS_AS(cursor.open("a/none"), core::Error);
  fs::remove_all(root);
}
