#include "admin/view/headline.hpp"

#include <algorithm>

namespace admin {

namespace {

// A nightly backup and two hours: older than that, somebody should know.
constexpr std::int64_t kFreshMs = std::int64_t{26} * 3600 * 1000;
// A step writes a heartbeat every few seconds; between two steps Jenkins may take a minute.
constexpr std::int64_t kSilenceMs = 120'000;

Headline headline_of_live(const Facts& facts) {
  if (facts.archives > 0 && facts.damaged == facts.archives) return Headline::kAllDamaged;
  if (facts.last_failed) return facts.fresh ? Headline::kLastFailed : Headline::kNoGoodLeft;
  if (facts.maintenance) return Headline::kMaintenance;
  if (!facts.verified) return Headline::kNoArchive;
  if (!facts.fresh) return Headline::kLate;
  if (facts.damaged > 0) return Headline::kSomeDamaged;
  return facts.up_to_date ? Headline::kWell : Headline::kOutOfDate;
}

}  // namespace

bool is_silent(const OperationView& operation, std::int64_t now_ms) {
  return operation.heartbeat_ms != 0 && now_ms - operation.heartbeat_ms > kSilenceMs;
}

Facts facts_of(const View* view, bool up_to_date, std::int64_t now_ms) {
  Facts facts;
  facts.known = view != nullptr;
  facts.up_to_date = up_to_date;
  if (view == nullptr) return facts;
  facts.running = view->operation.has_value();
  facts.silent = facts.running && is_silent(*view->operation, now_ms);
  facts.closed = view->closed();
  facts.maintenance = view->maintenance == "on";
  facts.last_failed = view->last_operation && view->last_operation->outcome != "succeeded";
  const auto* newest = view->newest_verified();
  facts.verified = newest != nullptr;
  facts.fresh = newest != nullptr && now_ms - newest->created_ms <= kFreshMs;
  facts.archives = view->archives.size();
  facts.damaged = static_cast<std::size_t>(
      std::count_if(view->archives.begin(), view->archives.end(),
                    [](const ArchiveView& archive) { return archive.damaged(); }));
  return facts;
}

Headline headline_of(const Facts& facts) {
  if (!facts.known) return Headline::kUnknown;
  if (facts.running) return facts.silent ? Headline::kNoSign : Headline::kRunning;
  return facts.closed ? Headline::kClosed : headline_of_live(facts);
}

Tone tone_of(Headline headline) {
  switch (headline) {
    case Headline::kUnknown:
      return Tone::kUnknown;
    case Headline::kRunning:
      return Tone::kBusy;
    case Headline::kNoSign:
    case Headline::kClosed:
    case Headline::kAllDamaged:
    case Headline::kNoGoodLeft:
      return Tone::kBad;
    case Headline::kWell:
      return Tone::kGood;
    default:
      return Tone::kAttention;
  }
}

const char* to_text(Tone tone) {
  switch (tone) {
    case Tone::kUnknown:
      return "unknown";
    case Tone::kBusy:
      return "busy";
    case Tone::kBad:
      return "bad";
    case Tone::kAttention:
      return "attention";
    case Tone::kGood:
      return "good";
  }
  return "unknown";
}

}  // namespace admin
