#include "admin/web/chart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "admin/web/words.hpp"
#include "core/units.hpp"

namespace admin {

namespace {

constexpr double kWidth = 720;
constexpr double kHeight = 160;  // of the drawing; labels stand below and above
constexpr double kTop = 14;

struct Scale {
  double largest_size = 1;
  double longest = 1;
  double step = 1;
};

std::vector<const ArchiveView*> oldest_first(const View& view, std::size_t count) {
  std::vector<const ArchiveView*> chosen;
  for (const auto& archive : view.archives)
    if (chosen.size() < count && archive.size_bytes > 0) chosen.push_back(&archive);
  std::reverse(chosen.begin(), chosen.end());
  return chosen;
}

Scale scale_of(const std::vector<const ArchiveView*>& archives) {
  Scale scale;
  for (const auto* archive : archives) {
    scale.largest_size = std::max(scale.largest_size, static_cast<double>(archive->size_bytes));
    scale.longest = std::max(scale.longest, static_cast<double>(archive->duration_seconds));
  }
  scale.step = kWidth / static_cast<double>(archives.size());
  return scale;
}

std::string rounded(double number) {
  return fmt::format("{:.1f}", number);
}

json::Value bar_of(const ArchiveView& archive, std::size_t place, const Scale& scale) {
  const double height =
      std::max(2.0, static_cast<double>(archive.size_bytes) / scale.largest_size * kHeight);
  json::Value bar;
  bar.set("x", rounded(static_cast<double>(place) * scale.step + scale.step * 0.15));
  bar.set("y", rounded(kTop + kHeight - height));
  bar.set("width", rounded(scale.step * 0.7));
  bar.set("height", rounded(height));
  bar.set("kind", archive.damaged() ? "damaged" : archive.kind == "safety" ? "safety" : "backup");
  bar.set("text",
          fmt::format("{}: {}, {}", date_text(archive.created_ms), bytes_text(archive.size_bytes),
                      core::human_duration(archive.duration_seconds)));
  return bar;
}

std::string line_of(const std::vector<const ArchiveView*>& archives, const Scale& scale) {
  std::string points;
  for (std::size_t i = 0; i < archives.size(); ++i)
    points += fmt::format(
        "{}{},{}", i == 0 ? "" : " ", rounded((static_cast<double>(i) + 0.5) * scale.step),
        rounded(kTop + kHeight -
                static_cast<double>(archives[i]->duration_seconds) / scale.longest * kHeight));
  return points;
}

}  // namespace

json::Value chart_values(const View& view, std::size_t count) {
  const auto archives = oldest_first(view, count);
  if (archives.size() < 2) return nullptr;
  const Scale scale = scale_of(archives);
  json::Value bars = json::Value::array();
  for (std::size_t i = 0; i < archives.size(); ++i) bars.push_back(bar_of(*archives[i], i, scale));
  json::Value chart;
  chart.set("bars", std::move(bars));
  chart.set("line", line_of(archives, scale));
  chart.set("largest", bytes_text(static_cast<std::uint64_t>(scale.largest_size)));
  chart.set("longest", core::human_duration(static_cast<std::int64_t>(scale.longest)));
  chart.set("count", static_cast<std::int64_t>(archives.size()));
  chart.set("first", day_text(archives.front()->created_ms));
  chart.set("last", day_text(archives.back()->created_ms));
  return chart;
}

}  // namespace admin
