#include "google/signed_jwt.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "json/value.hpp"
#include "key_file.hpp"

using google::base64url;

TEST_CASE("base64url is RFC 4648's, without padding") {
  CHECK(base64url("") == "");
  CHECK(base64url("f") == "Zg");
  CHECK(base64url("fooba") == "Zm9vYmE");
  CHECK(base64url("\xfb\xff\xfe") == "-__-");
}

TEST_CASE("the assertion says who asks for what, and its signature is the account's") {
  const auto key = test_google::make_key();
  const auto account = google::parse_service_account(key.file("https://token.example/t"));
  const auto jwt = google::signed_jwt(account, "scope-a scope-b", 1'700'000'000);

  const auto dot = jwt.find('.');
  const auto last = jwt.rfind('.');
  CHECK(key.verifies(jwt.substr(0, last), test_google::base64url_decode(jwt.substr(last + 1))));
  const auto header = json::parse(test_google::base64url_decode(jwt.substr(0, dot)), "header");
  CHECK(header.get_string("alg") == "RS256");
  CHECK(header.get_string("kid") == account.private_key_id);
  const auto claims =
      json::parse(test_google::base64url_decode(jwt.substr(dot + 1, last - dot - 1)), "claims");
  CHECK(claims.get_string("iss") == account.client_email);
  CHECK(claims.get_string("aud") == "https://token.example/t");
  CHECK(claims.get_string("scope") == "scope-a scope-b");
  CHECK(claims.get_int("iat") == 1'700'000'000);
  CHECK(claims.get_int("exp") == 1'700'003'600);
}

TEST_CASE("a key file that cannot be used is refused and never shown") {
  const auto refused = [](const std::string& file) {
    try {
      google::signed_jwt(google::parse_service_account(file), "s", 1);
    } catch (const core::Error& error) {
      CHECK(error.code() == core::ExitCode::kConfiguration);
      CHECK_THAT(error.what(), !Catch::Matchers::Contains("hunter2"));
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(refused("hunter2") == "the key of the Google service account is not JSON");
  CHECK(refused(R"({"type":"authorized_user"})") ==
        "the key of the Google service account is not one of type service_account");
  CHECK(refused(R"({"type":"service_account","client_email":"a@b"})") ==
        "the key of the Google service account has no private_key");
  CHECK(refused(R"({"type":"service_account","client_email":"a@b","private_key":"hunter2",)"
                R"("private_key_id":"1","token_uri":"http://t","project_id":"p"})") ==
        "the private key of a@b cannot be used");
}
