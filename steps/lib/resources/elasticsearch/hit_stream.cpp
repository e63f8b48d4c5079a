#include "resources/elasticsearch/hit_stream.hpp"

#include "core/error.hpp"

namespace resources::elasticsearch {

namespace {

// A quote inside a text is escaped, so these bytes stand nowhere but where the hits begin.
constexpr std::string_view kHitsBegin = "\"hits\":[";
constexpr std::size_t kLongestEnvelope = std::size_t{16} << 20;

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity, "a search answer of the server is damaged: " + what,
                    "look at the log of that service, and at proxies in front of it");
}

}  // namespace

Hit parse_hit(std::string_view object, const std::vector<ValueEnd::Range>& inner,
              std::vector<RawMember>& scratch) {
  members_of(object, inner, scratch);
  Hit hit;
  for (const auto& [key, value] : scratch) {
    if (key == "_id")
      hit.id = value;
    else if (key == "_source")
      hit.source = value;
    else if (key == "_version")
      hit.version = value;
    else if (key == "_routing")
      hit.routing = value;
    else if (key == "sort")
      hit.sort = value;
  }
  if (hit.id.size() < 2 || hit.id.front() != '"') refuse("a hit without _id");
  if (trimmed(hit.source).empty() || trimmed(hit.source).front() != '{')
    throw core::Error(core::ExitCode::kIntegrity,
                      "the document " + decode_string(hit.id) + " has no _source",
                      "an index that does not keep _source cannot be backed up: exclude it");
  return hit;
}

void HitStream::take(std::string_view object) {
  m_on_hit(parse_hit(object, m_end.inner(), m_members));
  ++m_hits;
}

std::size_t HitStream::feed_head(std::string_view piece) {
  const std::size_t known = m_envelope.size();
  m_envelope.append(piece);
  const std::size_t from = known < kHitsBegin.size() ? 0 : known - kHitsBegin.size();
  const std::size_t found = m_envelope.find(kHitsBegin, from);
  if (found == std::string::npos) {
    if (m_envelope.size() > kLongestEnvelope) refuse("it holds no list of hits");
    return piece.size();
  }
  m_envelope.resize(found + kHitsBegin.size());
  m_part = Part::kBetween;
  return m_envelope.size() - known;
}

std::size_t HitStream::feed_between(std::string_view piece) {
  const std::size_t at = piece.find_first_not_of(", \t\r\n");
  if (at == std::string_view::npos) return piece.size();
  if (piece[at] == ']') {
    m_part = Part::kTail;
  } else if (piece[at] == '{') {
    m_end.reset();
    m_part = Part::kHit;
  } else {
    refuse("a hit that is no object");
  }
  return at;
}

std::size_t HitStream::feed_hit(std::string_view piece) {
  const std::size_t used = m_end.feed(piece);
  if (!m_end.done()) {
    m_pending.append(piece);
    return used;
  }
  if (m_pending.empty()) {
    take(piece.substr(0, used));
  } else {
    m_pending.append(piece.substr(0, used));
    take(m_pending);
    m_pending.clear();
  }
  m_part = Part::kBetween;
  return used;
}

void HitStream::feed(std::string_view piece) {
  while (!piece.empty()) {
    std::size_t used = piece.size();
    switch (m_part) {
      case Part::kHead:
        used = feed_head(piece);
        break;
      case Part::kBetween:
        used = feed_between(piece);
        break;
      case Part::kHit:
        used = feed_hit(piece);
        break;
      case Part::kTail:
        m_envelope.append(piece);
        if (m_envelope.size() > 2 * kLongestEnvelope) refuse("it does not end");
    }
    piece.remove_prefix(used);
  }
}

json::Value HitStream::finish() {
  if (m_part != Part::kTail) refuse("it was cut short");
  return json::parse(m_envelope, "a search answer of the server");
}

}  // namespace resources::elasticsearch
