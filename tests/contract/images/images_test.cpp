// The resource against docker-registry: open, with basic and with token authentication.
#include <algorithm>

#include <catch2/catch.hpp>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "tests/contract/images/product.hpp"
#include "tests/support/scripted_server.hpp"

using core::ExitCode;
using images_test::Product;
using images_test::TestRegistry;
using resources::Finding;

namespace {
// True when the test cannot run here; ctest reports it as skipped.
bool is_skipped(const std::string& reason) {
  if (!reason.empty()) WARN("skipped: " + reason);
  return !reason.empty();
}

struct Pushed {
  std::string api_v1;
  std::string api_v2;
  std::string web;
};

Pushed push_all(TestRegistry& registry, const Product& product) {
  return {registry.push(product.repository("api"), "v1", "one"),
          registry.push(product.repository("api"), "v2", "two"),
          registry.push(product.repository("web"), "2.0", "web")};
}

const Finding* blocking(const resources::PreflightReport& report) {
  const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                  [](const Finding& finding) { return finding.blocking; });
  return found == report.findings.end() ? nullptr : &*found;
}

ExitCode preflight_code(Product& product) {
  const auto report = product.resource()->preflight_backup(product.context.context);
  const Finding* finding = blocking(report);
  return finding == nullptr ? ExitCode::kOk : finding->code;
}
}  // namespace

TEST_CASE("images go into an archive and come back, whatever the registry asks for") {
  const std::string kind = GENERATE("none", "basic", "token", "ecr");
  CAPTURE(kind);
  TestRegistry registry(kind);
  if (is_skipped(registry.skipped())) return;
  Product product(registry);
  const auto pushed = push_all(registry, product);
  CHECK(preflight_code(product) == ExitCode::kOk);

  const auto archive = product.back_up();
  const auto* entry = archive.manifest().resource("images");
  REQUIRE(entry != nullptr);
  const auto& services = entry->detail.at("services").as_array();
  REQUIRE(services.size() == 3);
  CHECK(services[0].at("tag").as_string() == "v1");
  CHECK(services[0].at("digest").as_string() == pushed.api_v1);
  CHECK(services[1].at("digest").as_string() == pushed.web);
  CHECK(services[2].at("digest").as_string().empty());  // the data store is only noted
  for (const auto* member : archive.manifest().members_of("images"))
    CHECK_THAT(archive.read(*member), !Catch::Contains("topsecret"));

  product.set_tag("v2");
  const auto differences = product.prove(archive);
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].object == "service api");
  const auto report = product.resource()->preflight_restore(archive, product.context.context);
  CHECK(blocking(report) == nullptr);
  CHECK(report.plan == std::vector<std::string>{"service api: v2 now, v1 in the archive",
                                                "service web: 2.0 now, 2.0 in the archive"});

  product.restore(archive);
  CHECK(product.prove(archive).empty());
  CHECK(product.read(".env") == "# tags\nDB_PASSWORD=topsecret\nAPI_TAG=v1\n");
  product.resource()->apply(archive, product.context.context);
  CHECK(product.read("applied") == "api web\n");
}

TEST_CASE("a tag that is gone stops a restore by name, one that was pushed again is told") {
  const std::string kind = GENERATE("none", "basic", "token", "ecr");
  CAPTURE(kind);
  TestRegistry registry(kind);
  if (is_skipped(registry.skipped())) return;
  Product product(registry);
  const auto pushed = push_all(registry, product);
  const auto archive = product.back_up();

  registry.push(product.repository("api"), "v1", "another");
  auto report = product.resource()->preflight_restore(archive, product.context.context);
  CHECK(blocking(report) == nullptr);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].message,
             Catch::Contains("is another image now") && Catch::Contains(pushed.api_v1));

  registry.remove(product.repository("web"), pushed.web);
  report = product.resource()->preflight_restore(archive, product.context.context);
  const Finding* finding = blocking(report);
  REQUIRE(finding != nullptr);
  CHECK(finding->code == ExitCode::kNotFound);
  CHECK_THAT(finding->message, Catch::Contains("service web: the registry has no ") &&
                                   Catch::Contains(product.repository("web") + ":2.0"));

  // a backup of it goes on: all other data is still worth keeping
  report = product.resource()->preflight_backup(product.context.context);
  CHECK(blocking(report) == nullptr);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].message, Catch::Contains("service web"));
  product.back_up();
}

TEST_CASE("a wrong password is 12, at the registry and at its token service") {
  const std::string kind = GENERATE("basic", "token");
  CAPTURE(kind);
  TestRegistry registry(kind);
  if (is_skipped(registry.skipped())) return;
  Product product(registry);
  push_all(registry, product);
  product.section.set("registry", registry.section("wrong"));
  CHECK(preflight_code(product) == ExitCode::kCredentials);
  CHECK_THROWS_AS(product.back_up(), core::Error);
}

TEST_CASE("no credentials where some are needed is 12") {
  TestRegistry registry("basic");
  if (is_skipped(registry.skipped())) return;
  Product product(registry);
  product.section.set("registry", TestRegistry("none").section());
  CHECK(preflight_code(product) == ExitCode::kCredentials);
}

TEST_CASE("a registry that does not listen is 13") {
  TestRegistry registry("none");
  if (is_skipped(registry.skipped())) return;
  Product product(registry);
  const std::string nobody = "127.0.0.1:" + std::to_string(support::unused_port());
  product.write("compose.yml", "services:\n  api:\n    image: " + nobody +
                                   "/a:1\n  web:\n    image: " + nobody + "/b:1\n");
  CHECK(preflight_code(product) == ExitCode::kUnreachable);
}

TEST_CASE("files that are gone come back with the archive's images") {
  TestRegistry registry("none");
  if (is_skipped(registry.skipped())) return;
  Product product(registry);
  push_all(registry, product);
  const auto archive = product.back_up();
  const auto compose = product.read("compose.yml");
  const auto folder = core::folder_of(product.section.get_string("compose_file"));
  std::filesystem::remove(folder + "/compose.yml");
  std::filesystem::remove(folder + "/.env");
  const auto report = product.resource()->preflight_restore(archive, product.context.context);
  CHECK(blocking(report) == nullptr);
  product.restore(archive);
  CHECK(product.read("compose.yml") == compose);
  CHECK(product.read(".env") == "API_TAG=v1\n");
  CHECK(product.prove(archive).empty());
}

TEST_CASE("an apply command that fails is named with its last words") {
  TestRegistry registry("none");
  if (is_skipped(registry.skipped())) return;
  Product product(registry);
  push_all(registry, product);
  const auto archive = product.back_up();
  product.write("apply", "#!/bin/sh\necho no space for layers >&2\nexit 1\n");
  CHECK_THROWS_WITH(product.resource()->apply(archive, product.context.context),
                    Catch::Contains("no space for layers"));
}
