#include "resources/firebase/auth_user.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "resources/firebase/hash_parameters.hpp"

using namespace resources::firebase;

namespace {

std::string hash(const std::string& object) {
  core::ContentSum sum;
  sum.add(hash_of_user(object));
  return sum.checksum();
}

bool hash_missing(const std::string& rest) {
  return parse_user(R"({"localId":"u",)" + rest + "}").hash_missing;
}

constexpr const char* kByPassword = R"("providerUserInfo":[{"providerId":"password"}])";

}  // namespace

TEST_CASE("a password whose hash is not told is noticed") {
  CHECK(hash_missing(std::string(kByPassword)));
  CHECK(hash_missing(std::string(kByPassword) + R"(,"passwordHash":"")"));
  CHECK(hash_missing(std::string(kByPassword) + R"(,"passwordHash":"UkVEQUNURUQ=")"));
  CHECK(hash_missing(R"("passwordHash":"UkVEQUNURUQ=")"));
  CHECK_FALSE(hash_missing(std::string(kByPassword) + R"(,"passwordHash":"aGFzaA==")"));
  CHECK_FALSE(hash_missing(std::string(kByPassword) + R"(,"emailLinkSignin":true)"));
  CHECK_FALSE(hash_missing(R"("providerUserInfo":[{"providerId":"google.com"}])"));
}

TEST_CASE("a second factor by authenticator app is noticed") {
  CHECK(parse_user(R"({"localId":"u","mfaInfo":[{"mfaEnrollmentId":"1","totpInfo":{}}]})")
            .authenticator_app);
  CHECK_FALSE(parse_user(R"({"localId":"u","mfaInfo":[{"phoneInfo":"+1"}]})").authenticator_app);
}

TEST_CASE("the checksum of a user covers what is restored, not what the service keeps itself") {
  const auto plain = hash(R"({"localId":"u","email":"a@b","passwordHash":"x"})");
  CHECK(plain == hash(R"({"passwordHash":"x","email":"a@b","localId":"u","disabled":false,)"
                      R"("lastLoginAt":"7","passwordUpdatedAt":7,"validSince":"7","mfaInfo":[],)"
                      R"("providerUserInfo":[{"providerId":"password","rawId":"a@b"}]})"));
  for (const char* other :
       {R"({"localId":"u","email":"a@b","passwordHash":"y"})",
        R"({"localId":"u","email":"a@b","passwordHash":"x","salt":"s"})",
        R"({"localId":"v","email":"a@b","passwordHash":"x"})",
        R"({"localId":"u","email":"a@b","passwordHash":"x","disabled":true})",
        R"({"localId":"u","email":"a@b","passwordHash":"x","customAttributes":"{}"})",
        R"({"localId":"u","email":"a@b","passwordHash":"x","createdAt":"1"})",
        R"({"localId":"u","email":"a@b","passwordHash":"x","mfaInfo":[{"phoneInfo":"+1"}]})",
        R"({"localId":"u","email":"a@b","passwordHash":"x","providerUserInfo":[)"
        R"({"providerId":"google.com","rawId":"1"}]})"}) {
    CAPTURE(other);
    CHECK(plain != hash(other));
  }
}

TEST_CASE("hash parameters are read as the console shows them, or as JSON") {
  const auto shown = parse_hash_parameters(
      "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: a+b/c==,\n"
      "  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n");
  CHECK(shown.signer_key == "a-b_c==");
  CHECK(shown.salt_separator == "Bw==");
  CHECK(shown.rounds == 8);
  CHECK(shown.memory_cost == 14);
  const auto json = parse_hash_parameters(
      R"({"algorithm":"SCRYPT","base64_signer_key":"a+b/c==","base64_salt_separator":"Bw==",)"
      R"("rounds":8,"mem_cost":14})");
  CHECK(json::dump(to_request(json)) == json::dump(to_request(shown)));
  json::Value own;
  own.set("signerKey", "a+b/c==");
  own.set("saltSeparator", "Bw==");
  own.set("rounds", 8);
  own.set("memoryCost", 14);
  CHECK(agrees(shown, own));
  own.set("memoryCost", 13);
  CHECK_FALSE(agrees(shown, own));
}

TEST_CASE("hash parameters that cannot be used are refused and never shown") {
  for (const std::string text : {"", "hunter2", "algorithm: BCRYPT", "algorithm: SCRYPT, hunter2",
                                 "algorithm: SCRYPT\nbase64_signer_key: hunter2",
                                 "algorithm: SCRYPT\nbase64_signer_key: hunter2\n"
                                 "base64_salt_separator: B\nrounds: hunter2\nmem_cost: 14"}) {
    CAPTURE(text);
    try {
      parse_hash_parameters(text);
      FAIL("accepted");
    } catch (const core::Error& error) {
      CHECK(error.code() == core::ExitCode::kConfiguration);
      CHECK_THAT(error.what(), !Catch::Matchers::Contains("hunter2"));
    }
  }
}
