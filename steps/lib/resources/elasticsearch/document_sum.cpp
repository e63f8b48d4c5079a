#include "resources/elasticsearch/document_sum.hpp"

namespace resources::elasticsearch {

namespace {

// Servers may escape differently: texts count decoded.
std::string_view decoded(std::string_view value, std::string& scratch) {
  value = trimmed(value);
  if (value.find('\\') == std::string_view::npos && value.size() >= 2)
    return value.substr(1, value.size() - 2);
  scratch = value.empty() ? std::string() : decode_string(value);
  return scratch;
}

}  // namespace

// Nothing throws between the first part and take(): the next record begins with none.
void DocumentSum::add(const Hit& hit) {
  thread_local core::RecordHash hash;
  std::string id;
  std::string routing;
  const auto id_text = decoded(hit.id, id);
  const auto routing_text = decoded(hit.routing, routing);
  hash.part(id_text);
  hash.part(routing_text);
  hash.part(hit.source);
  m_sum.add(hash.take());
}

}  // namespace resources::elasticsearch
