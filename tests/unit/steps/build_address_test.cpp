#include "holder/build_address.hpp"

#include <catch2/catch.hpp>

using holder::build_address;

TEST_CASE("a build is asked for below the configured address of Jenkins") {
  CHECK(build_address("https://jenkins.example.com", "https://jenkins.example.com/job/a/7/") ==
        "https://jenkins.example.com/job/a/7/api/json?tree=building");
  CHECK(
      build_address("http://10.0.0.1:8080/ci/", "https://jenkins.example.com/ci/job/f/job/a/7/") ==
      "http://10.0.0.1:8080/ci/job/f/job/a/7/api/json?tree=building");
}

TEST_CASE("what is no build of that Jenkins is not asked for, and sees no token") {
  CHECK_FALSE(
      build_address("https://jenkins.example.com/ci", "https://jenkins.example.com/job/a/7/"));
  CHECK_FALSE(build_address("https://jenkins.example.com", "https://other/path/"));
  CHECK_FALSE(build_address("https://jenkins.example.com", "a shell"));
  CHECK_FALSE(build_address("https://jenkins.example.com", "https://x/job/a/../../me/7/"));
  CHECK_FALSE(build_address("https://jenkins.example.com", "https://x/job/a/7/?q="));
}
