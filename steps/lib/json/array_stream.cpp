#include "json/array_stream.hpp"

#include "core/error.hpp"

namespace json {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity, "an answer of the server is damaged: " + what,
                    "look at the log of that service, and at proxies in front of it");
}

}  // namespace

// One structural byte outside of the objects.
std::size_t ArrayStream::feed_between(std::string_view piece) {
  const std::size_t at = piece.find_first_not_of(", \t\r\n");
  if (at == std::string_view::npos) return piece.size();
  if (m_part == Part::kBefore && piece[at] == '[') {
    m_part = Part::kBetween;
    return at + 1;
  }
  if (m_part == Part::kBetween && piece[at] == ']') {
    m_part = Part::kAfter;
    return at + 1;
  }
  if (m_part != Part::kBetween || piece[at] != '{') refuse("it is no array of objects");
  m_end.reset();
  m_part = Part::kObject;
  return at;
}

std::size_t ArrayStream::feed_object(std::string_view piece) {
  const std::size_t used = m_end.feed(piece);
  if (!m_end.done()) {
    m_pending.append(piece);
    return used;
  }
  m_part = Part::kBetween;
  if (m_pending.empty()) {
    m_on_object(piece.substr(0, used), m_end.inner());
  } else {
    m_pending.append(piece.substr(0, used));
    m_on_object(m_pending, m_end.inner());
    m_pending.clear();
  }
  return used;
}

void ArrayStream::feed(std::string_view piece) {
  while (!piece.empty())
    piece.remove_prefix(m_part == Part::kObject ? feed_object(piece) : feed_between(piece));
}

void ArrayStream::finish() const {
  if (m_part != Part::kAfter) refuse("it was cut short");
}

}  // namespace json
