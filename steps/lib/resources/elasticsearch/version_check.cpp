#include "resources/elasticsearch/version_check.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "resources/elasticsearch/captured_plain.hpp"

namespace resources::elasticsearch {

using core::ExitCode;

namespace {

std::array<unsigned, 3> numbers_of(const std::string& version) {
  std::array<unsigned, 3> numbers{};
  const char* at = version.data();
  const char* end = at + version.size();
  for (unsigned& number : numbers) {
    at = std::from_chars(at, end, number).ptr;
    if (at == end || *at != '.') break;
    ++at;
  }
  return numbers;
}

}  // namespace

bool is_newer(const std::string& version, const std::string& than, int parts) {
  if (version.empty() || than.empty()) return false;
  const auto left = numbers_of(version);
  const auto right = numbers_of(than);
  for (int part = 0; part < parts; ++part)
    if (left.at(part) != right.at(part)) return left.at(part) > right.at(part);
  return false;
}

std::vector<Finding> check_version(Cluster& cluster, const ArchivedUnits& archived) {
  constexpr int kMinor = 2;
  constexpr int kPatch = 3;
  const bool files = archived.method() == "snapshot";
  const auto from = archived.detail().get_string("distribution");
  const auto version = archived.detail().get_string("server_version");
  const auto here = distribution_of(cluster);
  const bool newer = is_newer(version, cluster.version(), files ? kPatch : kMinor);
  if (from == here ? !newer : !files) return {};
  return {
      {ExitCode::kPrecondition,
       fmt::format("the archive holds {} of {} {}, which {} {} cannot read",
                   files ? "a snapshot" : "the indices", from, version, here, cluster.version()),
       "restore it on such a server or a newer one", true}};
}

}  // namespace resources::elasticsearch
