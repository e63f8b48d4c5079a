#include "resources/selection.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

namespace {

archive::Manifest manifest_with(const std::vector<std::string>& names) {
  archive::Manifest manifest;
  manifest.backup_id = "athena-20261123T043000Z-0a1b2c";
  for (const auto& name : names) manifest.resources.emplace_back().name = name;
  return manifest;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a restore acts on what is configured and archived, and leaves the rest alone") {
  auto manifest = manifest_with({"mysql", "images", "firebase"});
  manifest.resources[2].absent = "it was down";
  const auto selection =
      resources::select({"mysql", "images", "firebase", "config_local"}, manifest, {});
  CHECK(selection.act_on == Names{"mysql", "images"});
  CHECK(selection.left_alone == Names{"firebase", "config_local"});
}

TEST_CASE("what the archive holds but nobody configured is refused unless it is skipped by name") {
  const auto manifest = manifest_with({"mysql", "elasticsearch"});
  CHECK_THROWS_AS(resources::select({"mysql"}, manifest, {}), core::Error);
  const auto selection = resources::select({"mysql"}, manifest, {"elasticsearch"});
  CHECK(selection.act_on == Names{"mysql"});
  CHECK(selection.skipped == Names{"elasticsearch"});
}

TEST_CASE("a misspelt name in SkipResources is refused") {
  CHECK_THROWS_AS(resources::select({"mysql"}, manifest_with({"mysql"}), {"mysq"}), core::Error);
}

TEST_CASE("a resource that the archive lacks may be skipped, so that its ruins are left alone") {
  auto manifest = manifest_with({"mysql", "elasticsearch"});
  manifest.resources[1].absent = "its disk is dead";
  const auto selection = resources::select({"mysql", "elasticsearch"}, manifest, {"elasticsearch"});
  CHECK(selection.act_on == Names{"mysql"});
}

TEST_CASE("a configured resource may be skipped too") {
  const auto selection =
      resources::select({"mysql", "images"}, manifest_with({"mysql", "images"}), {"images"});
  CHECK(selection.act_on == Names{"mysql"});
  CHECK(selection.skipped == Names{"images"});
}
