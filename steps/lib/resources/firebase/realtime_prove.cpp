#include "resources/firebase/realtime_prove.hpp"

#include <set>

#include <fmt/format.h>

#include "resources/firebase/realtime_rules.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kPiecesInMemory = 3;

std::string text_of(const core::ContentSum& sum, bool with_checksum) {
  const auto text = fmt::format("{} values", sum.count());
  return with_checksum ? text + " with checksum " + sum.checksum() : text;
}

core::ContentSum sum_at(const RealtimeContents& contents, const std::string& top) {
  const auto found = contents.find(top);
  return found == contents.end() ? core::ContentSum() : found->second;
}

void compare(const RealtimePair& pair, const RealtimeContents& found,
             std::vector<Difference>& differences) {
  std::set<std::string> tops;
  for (const auto* contents : {&pair.archived.contents, &found})
    for (const auto& [top, sum] : *contents) tops.insert(top);
  for (const auto& top : tops) {
    const auto expected = sum_at(pair.archived.contents, top);
    const auto live = sum_at(found, top);
    if (expected == live) continue;
    const bool same_count = expected.count() == live.count();
    differences.push_back({fmt::format("{} {}", pair.site.database->url(), top),
                           text_of(expected, same_count), text_of(live, same_count)});
  }
}

}  // namespace

RealtimeProve::RealtimeProve(const Settings& settings, const archive::ArchiveReader& archive,
                             core::Context& context)
    : m_archive(archive), m_context(context) {
  for (auto& pair : pair_up(settings, archive, context.cancel)) {
    auto parcels = parcels_of(pair.site);
    m_comparisons.push_back({std::move(pair), std::move(parcels), {}});
  }
}

std::vector<Task> RealtimeProve::plan() {
  std::vector<Task> items;
  for (std::size_t i = 0; i < m_comparisons.size(); ++i)
    for (std::size_t k = 0; k < m_comparisons[i].parcels.list.size(); ++k)
      items.push_back({fmt::format("{}/{}", i, k), m_comparisons[i].pair.site.piece_bytes, false,
                       [this, i, k] { read(m_comparisons[i], k); }});
  return items;
}

void RealtimeProve::read(Comparison& comparison, std::size_t parcel) {
  const auto& site = comparison.pair.site;
  const auto charge =
      m_context.memory.acquire(kPiecesInMemory * site.piece_bytes, m_context.cancel);
  RealtimeSums sums(site);
  RealtimeReader reader(
      site,
      [&](const auto& path, auto json) {
        m_context.cancel.check();
        sums.add_piece(path, json);
      },
      [&](const auto& path, auto json) { sums.add_priority(path, json); });
  for (const auto& path : comparison.parcels.list.at(parcel)) reader.read(path);
  const std::lock_guard lock(m_mutex);
  merge(comparison.found, sums.contents());
}

void RealtimeProve::add_root_priorities(Comparison& comparison) {
  RealtimeSums sums(comparison.pair.site);
  RealtimeReader reader(comparison.pair.site, nullptr,
                        [&](const auto& path, auto json) { sums.add_priority(path, json); });
  for (const auto& root : comparison.parcels.split) reader.read_priority(root);
  merge(comparison.found, sums.contents());
}

void RealtimeProve::compare_rules(const RealtimePair& pair,
                                  std::vector<Difference>& differences) const {
  if (pair.archived.rules == nullptr) return;
  const auto live = pair.site.database->rules();
  const auto archived = m_archive.read(*pair.archived.rules);
  if (!same_rules(rules_to_restore(archived, live, pair.site.published), live))
    differences.push_back({pair.site.database->url() + " rules", "as in the archive", "others"});
}

json::Value RealtimeProve::finish() {
  std::vector<Difference> differences;
  for (auto& comparison : m_comparisons) {
    add_root_priorities(comparison);
    compare(comparison.pair, comparison.found, differences);
    compare_rules(comparison.pair, differences);
  }
  return to_json(differences);
}

}  // namespace resources::firebase
