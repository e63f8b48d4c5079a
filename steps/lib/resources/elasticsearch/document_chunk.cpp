#include "resources/elasticsearch/document_chunk.hpp"

#include <charconv>

#include "core/error.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::size_t kLongestFrame = 128;  // all of an action line but id and routing

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity, "a chunk of documents is damaged: " + what,
                    "the archive is damaged: use another one");
}

void append_action(std::string& out, Action action, const Hit& hit) {
  out += action == Action::kCreate ? "{\"create\":{\"_id\":" : "{\"index\":{\"_id\":";
  out += trimmed(hit.id);
  if (action == Action::kIndex && !hit.version.empty()) {
    out += ",\"version\":";
    out += trimmed(hit.version);
    out += ",\"version_type\":\"external_gte\"";
  }
  if (!hit.routing.empty()) {
    out += ",\"routing\":";
    out += trimmed(hit.routing);
  }
  out += "}}\n";
}

// Lines of a chunk, each without its newline.
class Cutter {
 public:
  explicit Cutter(std::string_view text) : m_text(text) {}
  bool at_end() const { return m_at == m_text.size(); }
  std::size_t position() const { return m_at; }
  std::string_view line() {
    const std::size_t end = m_text.find('\n', m_at);
    if (end == std::string_view::npos) refuse("a line without its end");
    const auto found = m_text.substr(m_at, end - m_at);
    m_at = end + 1;
    return found;
  }
  std::string_view counted() {
    const auto digits = line();
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), size);
    if (error != std::errc{} || end != digits.end() || size >= m_text.size() - m_at)
      refuse("a length that cannot be");
    const auto found = m_text.substr(m_at, size);
    m_at += size;
    if (m_text[m_at++] != '\n') refuse("a length that is wrong");
    return found;
  }
  std::string_view since(std::size_t begin) const { return m_text.substr(begin, m_at - begin); }

 private:
  std::string_view m_text;
  std::size_t m_at = 0;
};

}  // namespace

std::string_view name_of(Layout layout) {
  return layout == Layout::kBulk ? "bulk" : "single";
}

Layout layout_from(const std::string& name) {
  if (name == "bulk") return Layout::kBulk;
  if (name == "single") return Layout::kSingle;
  refuse("unknown layout '" + name + "'");
}

Layout layout_for(std::string_view source) {
  const bool bulk = source.find('\n') == std::string_view::npos && source.back() != '\r';
  return bulk ? Layout::kBulk : Layout::kSingle;
}

std::size_t DocumentChunk::size_of(const Hit& hit) {
  return hit.id.size() + hit.routing.size() + hit.source.size() + kLongestFrame;
}

void DocumentChunk::add(const Hit& hit) {
  append_action(m_plain, m_action, hit);
  if (m_layout == Layout::kSingle) m_plain += std::to_string(hit.source.size()) + '\n';
  m_plain += hit.source;
  m_plain += '\n';
  m_sum.add(hit);
}

void DocumentChunk::clear() {
  m_plain.clear();
  m_sum = {};
}

void for_each_document(std::string_view plain, Layout layout,
                       const std::function<void(const StoredDocument&)>& take) {
  Cutter cutter(plain);
  while (!cutter.at_end()) {
    const std::size_t begin = cutter.position();
    StoredDocument document;
    document.action = cutter.line();
    document.source = layout == Layout::kBulk ? cutter.line() : cutter.counted();
    document.whole = cutter.since(begin);
    take(document);
  }
}

Target target_of(const StoredDocument& document) {
  const auto actions = members_of(document.action);
  if (actions.size() != 1) refuse("an action line that is none");
  Target target;
  for (const auto& [key, value] : members_of(actions.front().value)) {
    if (key == "_id") target.id = decode_string(value);
    if (key == "routing") target.routing = decode_string(value);
    if (key == "version") target.version = std::string(trimmed(value));
  }
  return target;
}

}  // namespace resources::elasticsearch
