// What a registry, a token service or ECR may answer besides the truth.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/images/health_check.hpp"
#include "resources/images/registry_client.hpp"
#include "tests/support/scripted_server.hpp"

using core::ExitCode;
using resources::images::ImageSettings;
using resources::images::RegistryAuth;
using resources::images::RegistryClient;
using support::Answer;
using support::answer;
using support::ScriptedServer;
using support::Seen;

namespace {
const std::string kDigest = "sha256:" + std::string(64, '7');

ImageSettings settings_with(RegistryAuth auth) {
  ImageSettings settings;
  settings.registry.insecure = true;
  settings.registry.auth = auth;
  settings.registry.username = "user";
  settings.registry.password = "topsecret";
  settings.registry.region = "eu-west-1";
  settings.registry.access_key_id = "AKID";
  settings.registry.secret_access_key = "topsecret";
  settings.secret = [](const json::Value& reference) { return reference.as_string(); };
  return settings;
}

resources::images::ImageReference image_at(const ScriptedServer& server) {
  return resources::images::parse_image(
      "127.0.0.1:" + std::to_string(server.port()) + "/athena/api:v1", "api");
}

ExitCode failure(const ImageSettings& settings, const ScriptedServer& server) {
  core::CancelToken cancel;
  RegistryClient client(settings, cancel);
  try {
    client.digest(image_at(server));
  } catch (const core::Error& error) {
    CHECK_THAT(std::string(error.what()) + error.hint(), !Catch::Contains("topsecret"));
    return error.code();
  }
  return ExitCode::kOk;
}

std::string challenge(const std::string& url) {
  return "WWW-Authenticate: Bearer realm=\"" + url + "/token\",service=\"s\"\r\n";
}
}  // namespace

TEST_CASE("a manifest is asked for by every media type, and its digest is the answer") {
  ScriptedServer server(
      [](const Seen&) { return answer(200, "", "Docker-Content-Digest: " + kDigest + "\r\n"); });
  core::CancelToken cancel;
  const auto settings = settings_with(RegistryAuth::kNone);
  CHECK(RegistryClient(settings, cancel).digest(image_at(server)) == kDigest);
  const auto seen = server.seen().at(0);
  CHECK(seen.method == "HEAD");
  CHECK(seen.target == "/v2/athena/api/manifests/v1");
  for (const char* type : {"distribution.manifest.v2+json", "distribution.manifest.list.v2+json",
                           "oci.image.manifest.v1+json", "oci.image.index.v1+json"})
    CHECK_THAT(seen.head, Catch::Contains(type));
}

TEST_CASE("a registry that sends no digest has its manifest read") {
  const std::string manifest = R"({"schemaVersion":2})";
  ScriptedServer server([&](const Seen& seen) {
    return seen.method == "HEAD" ? answer(200) : answer(200, manifest);
  });
  core::CancelToken cancel;
  const auto settings = settings_with(RegistryAuth::kNone);
  CHECK(RegistryClient(settings, cancel).digest(image_at(server)) ==
        "sha256:bafebd36189ad3688b7b3915ea55d461e0bfcfbdde11e54b0a123999fb6be50f");
}

TEST_CASE("what is no registry is an error of the service") {
  const auto settings = settings_with(RegistryAuth::kNone);
  ScriptedServer site([](const Seen& seen) {
    return seen.method == "HEAD" ? answer(200) : answer(200, "<html>welcome</html>");
  });
  CHECK(failure(settings, site) == ExitCode::kServiceError);
  ScriptedServer junk(
      [](const Seen&) { return answer(200, "", "Docker-Content-Digest: ../../etc/passwd\r\n"); });
  CHECK(failure(settings, junk) == ExitCode::kServiceError);
  ScriptedServer broken([](const Seen&) { return answer(500, "oh"); });
  CHECK(failure(settings, broken) == ExitCode::kServiceError);
  ScriptedServer moved([](const Seen&) { return answer(302, "", "Location: /x\r\n"); });
  CHECK(failure(settings, moved) == ExitCode::kServiceError);
}

TEST_CASE("a token service that answers junk is an error of the service, a refusal is not") {
  const auto settings = settings_with(RegistryAuth::kToken);
  for (const auto& [token_answer, expected] :
       {std::pair{answer(200, "<html>"), ExitCode::kServiceError},
        std::pair{answer(200, "[1]"), ExitCode::kServiceError},
        std::pair{answer(200, R"({"token":7})"), ExitCode::kServiceError},
        std::pair{answer(200, R"({"token":"a\r\nX: y"})"), ExitCode::kConfiguration},
        std::pair{answer(401, "no"), ExitCode::kCredentials},
        std::pair{answer(200, R"({"token":"refused"})"), ExitCode::kCredentials}}) {
    std::string url;
    ScriptedServer server([&url, &answered = token_answer](const Seen& seen) {
      return seen.target.substr(0, 6) == "/token" ? answered : answer(401, "", challenge(url));
    });
    url = server.url();
    CHECK(failure(settings, server) == expected);
  }
}

TEST_CASE("user and password go to the token service, the token to the registry") {
  std::string url;
  ScriptedServer server([&url](const Seen& seen) {
    if (seen.target.substr(0, 6) == "/token") return answer(200, R"({"access_token":"abc"})");
    if (seen.head.find("Bearer abc") == std::string::npos) return answer(401, "", challenge(url));
    return answer(200, "", "Docker-Content-Digest: " + kDigest + "\r\n");
  });
  url = server.url();
  core::CancelToken cancel;
  const auto settings = settings_with(RegistryAuth::kToken);
  RegistryClient client(settings, cancel);
  CHECK(client.digest(image_at(server)) == kDigest);
  CHECK(client.digest(image_at(server)) == kDigest);
  const auto seen = server.seen();
  REQUIRE(seen.size() == 4);  // the second time the token is known
  CHECK_THAT(seen[0].head, !Catch::Contains("Authorization"));
  CHECK(seen[1].target == "/token?scope=repository%3Aathena%2Fapi%3Apull&service=s");
  CHECK_THAT(seen[1].head, Catch::Contains("Basic dXNlcjp0b3BzZWNyZXQ="));
}

TEST_CASE("a password is not sent to a token service in the open unless that is allowed") {
  ScriptedServer realm([](const Seen&) { return answer(200, R"({"token":"x"})"); });
  auto settings = settings_with(RegistryAuth::kToken);
  ScriptedServer server([&](const Seen&) { return answer(401, "", challenge("ftp://x")); });
  CHECK(failure(settings, server) == ExitCode::kConfiguration);
  CHECK(realm.seen().empty());
}

TEST_CASE("credentials are for one registry") {
  const auto settings = settings_with(RegistryAuth::kBasic);
  using resources::images::parse_image;
  const std::vector<resources::images::ImageReference> images{parse_image("a.example/x:1", "x"),
                                                              parse_image("mysql:8", "db")};
  CHECK_THROWS_WITH(resources::images::require_one_registry(settings, images),
                    Catch::Contains("a.example") && Catch::Contains("docker.io"));
  resources::images::require_one_registry(settings_with(RegistryAuth::kNone), images);
}

TEST_CASE("ECR's answers: a password, a refusal in a 400, junk") {
  auto settings = settings_with(RegistryAuth::kEcr);
  core::CancelToken cancel;
  const auto ask = [&](const Answer& given) {
    ScriptedServer server([&](const Seen&) { return given; });
    settings.registry.endpoint = server.url();
    try {
      resources::images::ecr_authorization(settings, cancel);
    } catch (const core::Error& error) {
      return error.code();
    }
    const auto seen = server.seen().at(0);
    CHECK_THAT(seen.head, Catch::Contains("/eu-west-1/ecr/aws4_request") &&
                              Catch::Contains("GetAuthorizationToken"));
    return ExitCode::kOk;
  };
  CHECK(ask(answer(200, R"({"authorizationData":[{"authorizationToken":"QVdTOnB3"}]})")) ==
        ExitCode::kOk);
  CHECK(ask(answer(400, R"({"__type":"UnrecognizedClientException"})")) == ExitCode::kCredentials);
  CHECK(ask(answer(403)) == ExitCode::kCredentials);
  CHECK(ask(answer(400, R"({"__type":"ServerException"})")) == ExitCode::kServiceError);
  CHECK(ask(answer(200, R"({"authorizationData":[]})")) == ExitCode::kServiceError);
  CHECK(ask(answer(200, "<html>")) == ExitCode::kServiceError);
}

TEST_CASE("a health check waits for the answer that it expects") {
  std::atomic<int> asked{0};
  ScriptedServer server([&](const Seen&) { return answer(asked++ == 0 ? 503 : 204); });
  core::CancelToken cancel;
  resources::images::wait_until_healthy({server.url() + "/health?key=x", 204, 20}, cancel);
  CHECK(asked == 2);
  resources::images::wait_until_healthy({}, cancel);
}

TEST_CASE("a health check that is never met says what it saw") {
  core::CancelToken cancel;
  ScriptedServer server([](const Seen&) { return answer(500); });
  const auto fail = [&](const std::string& url) {
    try {
      resources::images::wait_until_healthy({url, 200, 0}, cancel);
    } catch (const core::Error& error) {
      return std::pair(error.code(), std::string(error.what()));
    }
    return std::pair(ExitCode::kOk, std::string());
  };
  CHECK(fail(server.url()).first == ExitCode::kServiceError);
  CHECK_THAT(fail(server.url()).second, Catch::Contains("answers 500, not 200"));
  CHECK(fail("http://127.0.0.1:" + std::to_string(support::unused_port())).first ==
        ExitCode::kUnreachable);
}
