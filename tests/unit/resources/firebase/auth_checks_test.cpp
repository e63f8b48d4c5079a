#include "resources/firebase/auth_checks.hpp"

#include <catch2/catch.hpp>

#include "tests/support/scripted_server.hpp"
#include "tests/unit/support/memory_context.hpp"

using namespace resources::firebase;
using Catch::Matchers::Contains;
using support::answer;
using support::Seen;

namespace {

constexpr const char* kParameters =
    "algorithm: SCRYPT, base64_signer_key: a2V5, base64_salt_separator: Bw==, rounds: 8, "
    "mem_cost: 14";
constexpr const char* kOwnConfiguration =
    R"({"signIn":{"hashConfig":{"algorithm":"SCRYPT","signerKey":"a2V5","saltSeparator":"Bw==",)"
    R"("rounds":8,"memoryCost":14}}})";

// A project whose API answers as the test says.
struct Site {
  std::string users = R"({"users":[]})";
  int users_status = 200;
  std::string configuration = kOwnConfiguration;
  std::string parameters = kParameters;

  std::vector<resources::Finding> findings() {
    support::ScriptedServer server([this](const Seen& seen) {
      if (seen.target.find("batchGet") != std::string::npos) return answer(users_status, users);
      if (seen.target.find("/config") != std::string::npos) return answer(200, configuration);
      return answer(200, R"({"recordsCount":"1000"})");
    });
    resources::Settings settings;
    settings.section = json::parse(
        R"({"project":"demo","emulator":true,"auth":{"hash_parameters":{}}})", "section");
    settings.section.find("auth")->set("endpoint", server.url());
    settings.secret = [this](const json::Value&) { return parameters; };
    support::MemoryContext memory;
    const auto report = check_auth_backup(settings, memory.context);
    estimated_bytes = report.estimated_bytes;
    return report.findings;
  }

  std::uint64_t estimated_bytes = 0;
};

}  // namespace

TEST_CASE("a project whose users can be read whole has no findings") {
  Site site;
  site.users = R"({"users":[{"localId":"a","passwordHash":"aGFzaA=="},{"localId":"b"}]})";
  CHECK(site.findings().empty());
  CHECK(site.estimated_bytes > 0);
}

TEST_CASE("redacted password hashes are found before anything is copied") {
  Site site;
  site.users = R"({"users":[{"localId":"a"},{"localId":"b","passwordHash":"UkVEQUNURUQ="},)"
               R"({"localId":"c","passwordHash":"UkVEQUNURUQ="}]})";
  const auto findings = site.findings();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].blocking);
  CHECK(findings[0].code == core::ExitCode::kCredentials);
  CHECK_THAT(findings[0].message,
             Contains("the password hash of 2 users") && Contains("first of b"));
}

TEST_CASE("hash parameters that are another project's are found") {
  Site site;
  site.parameters = std::string(kParameters) + "\nrounds: 7";
  const auto findings = site.findings();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].blocking);
  CHECK_THAT(findings[0].message, Contains("the password hash parameters are not the project's"));
}

TEST_CASE("a project that does not tell its own hash parameters is believed") {
  Site site;
  site.configuration = "{}";
  CHECK(site.findings().empty());
}

TEST_CASE("users with an authenticator app are a warning") {
  Site site;
  site.users = R"({"users":[{"localId":"a","mfaInfo":[{"totpInfo":{}}]}]})";
  const auto findings = site.findings();
  REQUIRE(findings.size() == 1);
  CHECK_FALSE(findings[0].blocking);
}

TEST_CASE("every finding is told at once") {
  Site site;
  site.users_status = 403;
  site.parameters = "nothing";
  const auto findings = site.findings();
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].code == core::ExitCode::kConfiguration);
  CHECK(findings[1].code == core::ExitCode::kCredentials);
}
