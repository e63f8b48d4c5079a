#include "operation/request.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "json/value.hpp"

namespace operation {

namespace {

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Pieces between any of `separators`, trimmed, empty ones left out.
std::vector<std::string> split(const std::string& text, const char* separators) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find_first_of(separators, begin), text.size());
    if (auto piece = trimmed(text.substr(begin, end - begin)); !piece.empty())
      pieces.push_back(std::move(piece));
    begin = end + 1;
  }
  return pieces;
}

bool says(const std::string& text) {
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  throw core::Error(core::ExitCode::kUsage, fmt::format("RollbackOnFailure cannot be '{}'", text),
                    "true or false");
}

bool repeats(const json::Value& cause) {
  const std::string name = cause.get_string("_class");
  return name.find("ReplayCause") != std::string::npos ||
         name.find("RebuildCause") != std::string::npos;
}

}  // namespace

std::map<std::string, std::string> parse_allow_missing(const std::string& text) {
  std::map<std::string, std::string> reasons;
  for (const auto& piece : split(text, ";\n")) {
    const auto colon = piece.find(':');
    const std::string reason = colon == std::string::npos ? "" : trimmed(piece.substr(colon + 1));
    reasons[trimmed(piece.substr(0, colon))] = reason;
  }
  return reasons;
}

std::vector<std::string> parse_names(const std::string& text) {
  auto names = split(text, ",; \n");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string replayed_build(const std::string& causes_json) {
  if (causes_json.empty()) return "";
  const json::Value causes = json::parse(causes_json, "BUILD_CAUSE");
  if (!causes.is_array()) return "";
  for (const auto& cause : causes.as_array())
    if (repeats(cause)) return cause.get_string("shortDescription", "an earlier build");
  return "";
}

state::BeginRequest request_from(const cli::Options& options) {
  state::BeginRequest request;
  request.kind = state::kind_from_text(options.require("kind"));
  request.description = options.get("description");
  request.backup_id = trimmed(options.get("backup-id"));
  request.request_id = trimmed(options.get("request-id"));
  request.requested_by = options.get("requested-by");
  request.build_url = options.get("build-url");
  request.replay_of = replayed_build(options.get("build-cause"));
  if (const auto scheduled = options.get("scheduled-at"); !scheduled.empty())
    request.scheduled_ms = core::from_iso8601(scheduled);
  request.allow_missing = parse_allow_missing(options.get("allow-missing"));
  request.skip_resources = parse_names(options.get("skip-resources"));
  request.rollback_on_failure = says(options.get("rollback-on-failure"));
  request.tool_version = TOOL_VERSION;
  return request;
}

}  // namespace operation
