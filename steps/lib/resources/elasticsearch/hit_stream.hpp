#pragma once
// The hits of a search answer, cut out while it arrives: memory holds one unfinished hit, not the
// answer. Values are byte ranges of what the server sent.

#include <functional>
#include <string>
#include <string_view>

#include "json/value.hpp"
#include "resources/elasticsearch/json_ranges.hpp"

namespace resources::elasticsearch {

// All views end with the call that got them.
struct Hit {
  std::string_view id;       // JSON string with its quotes
  std::string_view routing;  // the same; empty: none
  std::string_view version;  // digits; empty when not asked for
  std::string_view source;   // exactly as stored, white space around it included
  std::string_view sort;     // the array; empty when not sorted
};

// Throws Error(kIntegrity) naming the document when it has no _source.
Hit parse_hit(std::string_view object, const std::vector<ValueEnd::Range>& inner,
              std::vector<RawMember>& scratch);

class HitStream {
 public:
  using OnHit = std::function<void(const Hit&)>;

  explicit HitStream(OnHit on_hit) : m_on_hit(std::move(on_hit)) {}

  void feed(std::string_view piece);
  // After the last byte: everything around the hits ({"pit_id", "timed_out", "_shards", ...}, with
  // an empty array in place of the hits). Throws Error(kIntegrity) when the answer was cut short.
  json::Value finish();

  std::size_t hits() const { return m_hits; }
  // What is held of a hit that is not complete; asked to keep memory charged.
  std::size_t pending_bytes() const { return m_pending.size(); }

 private:
  std::size_t feed_head(std::string_view piece);
  std::size_t feed_between(std::string_view piece);
  std::size_t feed_hit(std::string_view piece);
  void take(std::string_view object);

  enum class Part { kHead, kBetween, kHit, kTail };

  OnHit m_on_hit;
  Part m_part = Part::kHead;
  std::string m_envelope;
  std::string m_pending;
  ValueEnd m_end;
  std::vector<RawMember> m_members;
  std::size_t m_hits = 0;
};

}  // namespace resources::elasticsearch
