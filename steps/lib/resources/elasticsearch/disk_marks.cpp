#include "resources/elasticsearch/disk_marks.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "core/units.hpp"
#include "resources/elasticsearch/index_facts.hpp"

namespace resources::elasticsearch {

namespace {

constexpr const char* kMark = "cluster.routing.allocation.disk.watermark.low";

// "20gb" with the servers' units, each 1024 of the one before.
std::optional<std::uint64_t> bytes_from(const std::string& text) {
  char* rest = nullptr;
  const double number = std::strtod(text.c_str(), &rest);
  if (rest == text.c_str() || number < 0) return std::nullopt;
  std::string unit(rest);
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (unit.size() == 2 && unit[1] == 'b') unit.pop_back();
  static const std::string units = "bkmgtp";
  const auto power = unit.size() == 1 ? units.find(unit) : std::string::npos;
  if (power == std::string::npos) return std::nullopt;
  return static_cast<std::uint64_t>(number * static_cast<double>(std::uint64_t{1} << (10 * power)));
}

std::optional<double> used_share_from(const std::string& mark) {
  char* rest = nullptr;
  const double number = std::strtod(mark.c_str(), &rest);
  if (rest == mark.c_str()) return std::nullopt;
  if (std::string(rest) == "%") return number / 100;
  return *rest == '\0' && number <= 1 ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> free_bytes_for(const std::string& mark, const std::string& headroom,
                                            std::uint64_t total) {
  const auto share = used_share_from(mark);
  if (!share) return bytes_from(mark);
  const auto free = static_cast<std::uint64_t>(static_cast<double>(total) * (1 - *share));
  return std::min(free, bytes_from(headroom).value_or(free));
}

std::vector<std::string> nodes_above_low_mark(Cluster& cluster) {
  if (cluster_setting(cluster, "cluster.routing.allocation.disk.threshold_enabled") == "false")
    return {};
  const auto mark = cluster_setting(cluster, kMark);
  const auto headroom = cluster_setting(cluster, std::string(kMark) + ".max_headroom");
  const auto stats =
      cluster.get_json("/_nodes/stats/fs?filter_path=nodes.*.name,nodes.*.roles,nodes.*.fs.total",
                       "asking for the disks of the nodes");
  std::vector<std::string> full;
  for (const auto& [id, node] : stats.at("nodes").as_object()) {
    const auto roles = node.get_strings("roles");
    const bool holds_data = std::any_of(roles.begin(), roles.end(), [](const std::string& role) {
      return role.compare(0, 4, "data") == 0;
    });
    const auto& disk = node.at("fs").at("total");
    const auto free = disk.get_uint("available_in_bytes");
    const auto needed = free_bytes_for(mark, headroom, disk.get_uint("total_in_bytes"));
    if (holds_data && needed && free < *needed)
      full.push_back(fmt::format("the disk of node {} is above the low watermark {}: {} free",
                                 node.get_string("name"), mark, core::human_bytes(free)));
  }
  return full;
}

}  // namespace resources::elasticsearch
