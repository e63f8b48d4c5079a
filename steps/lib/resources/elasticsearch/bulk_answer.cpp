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

// How often "status":20 followed by 0 or 1 stands there; 0 as soon as another status does.
std::uint64_t count_successes(std::string_view answer) {
  constexpr std::string_view kStatus = "\"status\":";
  std::uint64_t count = 0;
  for (std::size_t at = answer.find(kStatus); at != std::string_view::npos;
       at = answer.find(kStatus, at)) {
    at += kStatus.size();
    const auto status = answer.substr(at, 3);
    if (status != "200" && status != "201") return 0;
    ++count;
  }
  return count;
}

}  // namespace

bool all_succeeded(std::string_view answer, std::uint64_t documents) {
  return answer.substr(0, 200).find("\"errors\":false") != std::string_view::npos &&
         count_successes(answer) == documents;
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
