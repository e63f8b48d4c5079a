#pragma once
// The one rule that decides what a page says first of an environment, from everything that is known
// of it. Pure, so that a test can go through every combination.

#include <cstddef>
#include <cstdint>

#include "admin/view/view.hpp"

namespace admin {

enum class Headline {
  kUnknown,      // nothing was ever published
  kNoSign,       // an operation runs, and nothing was heard of it for too long
  kRunning,      // an operation runs
  kClosed,       // a restore did not end: users are out
  kAllDamaged,   // there are archives, and none can be relied on
  kNoGoodLeft,   // the last operation failed, and no archive is fresh and verified
  kLastFailed,   // the last operation failed; a fresh verified archive is there
  kMaintenance,  // users are out, by somebody's hand
  kNoArchive,    // nothing verified yet
  kLate,         // the newest verified archive is too old
  kSomeDamaged,  // all else is well, and an archive is damaged
  kOutOfDate,    // all was well when it was last seen, and the newest cannot be read
  kWell,
};

enum class Tone { kUnknown, kBusy, kBad, kAttention, kGood };

struct Facts {
  bool known = false;      // a view was read
  bool up_to_date = true;  // and it is the newest
  bool running = false;
  bool silent = false;  // what runs gives no sign of life
  bool closed = false;
  bool maintenance = false;  // turned on by hand
  bool last_failed = false;  // the last operation that ended, however it failed
  bool verified = false;     // an archive is verified
  bool fresh = false;        // and the newest of them is young enough
  std::size_t archives = 0;
  std::size_t damaged = 0;
};

Facts facts_of(const View* view, bool up_to_date, std::int64_t now_ms);
Headline headline_of(const Facts& facts);
Tone tone_of(Headline headline);
// "good", "busy", "attention", "bad", "unknown": the class of a card.
const char* to_text(Tone tone);

// Whether nothing was heard of a running operation for too long.
bool is_silent(const OperationView& operation, std::int64_t now_ms);

}  // namespace admin
