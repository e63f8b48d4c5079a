#include "resources/elasticsearch/bulk_answer.hpp"

#include "core/error.hpp"
#include "json/value.hpp"

namespace resources::elasticsearch {

namespace {

std::string reason_of(const json::Value& error) {
  if (error.is_string()) return error.as_string();
  auto text = error.get_string("type") + ": " + error.get_string("reason");
  if (const auto* cause = error.find("caused_by")) text += " (" + cause->get_string("reason") + ")";
  return text;
}

bool skip(std::string_view& text, std::string_view token) {
  if (text.substr(0, token.size()) != token) return false;
  text.remove_prefix(token.size());
  return true;
}

bool skip_success(std::string_view& text) {
  return (skip(text, R"({"index":)") || skip(text, R"({"create":)")) &&
         (skip(text, R"({"status":201}})") || skip(text, R"({"status":200}})"));
}

}  // namespace

bool all_succeeded(std::string_view answer, std::uint64_t documents) {
  if (!skip(answer, R"({"errors":false,"items":[)")) return false;
  for (std::uint64_t i = 0; i < documents; ++i)
    if ((i > 0 && !skip(answer, ",")) || !skip_success(answer)) return false;
  return answer == "]}";
}

std::vector<BulkItem> bulk_items(const std::string& answer) {
  const auto parsed = json::parse(answer, "the answer of a bulk request");
  std::vector<BulkItem> items;
  for (const auto& entry : parsed.at("items").as_array()) {
    if (entry.as_object().size() != 1)
      throw core::Error(core::ExitCode::kIntegrity, "the answer of a bulk request is damaged");
    const auto& outcome = entry.as_object().front().second;
    BulkItem item;
    item.status = static_cast<int>(outcome.get_int("status"));
    if (const auto* error = outcome.find("error")) item.reason = reason_of(*error);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace resources::elasticsearch
