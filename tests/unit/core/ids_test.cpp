#include "core/ids.hpp"

#include <catch2/catch.hpp>

TEST_CASE("a BackupId names its environment and its second") {
  const auto id = core::make_backup_id("athena-production", 1'795'404'600'000);
  CHECK(core::is_backup_id(id));
  CHECK(core::environment_of(id) == "athena-production");
  CHECK(id.substr(0, 35) == "athena-production-20261123T033000Z-");
}

TEST_CASE("nothing that a path or a shell could read otherwise is a BackupId") {
  for (const char* text :
       {"", "x", "../athena-20261123T043000Z-0a1b2c", "athena-20261123T043000Z-0A1B2C",
        "athena-20261123T043000-0a1b2c", "athena-20261123T043000Z-0a1b2c\n",
        "athena-20261123T043000Z-0a1b2c.tar", "-a-20261123T043000Z-0a1b2c",
        "athena production-20261123T043000Z-0a1b2c", "20261123T043000Z-0a1b2c"}) {
    CAPTURE(text);
    CHECK_FALSE(core::is_backup_id(text));
  }
}

TEST_CASE("two ids made in the same second differ") {
  CHECK(core::make_backup_id("a", 0) != core::make_backup_id("a", 0));
  CHECK(core::is_operation_id(core::make_operation_id()));
}
