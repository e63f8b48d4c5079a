#include "operation/request.hpp"

#include <algorithm>
#include <ctime>
#include <initializer_list>
#include <vector>

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

bool is_any(const json::Value& cause, std::initializer_list<const char*> classes) {
  const std::string name = cause.get_string("_class");
  return std::any_of(classes.begin(), classes.end(),
                     [&](const char* wanted) { return name.find(wanted) != std::string::npos; });
}

// The first cause of one of these classes; null: there is none.
json::Value find_cause(const std::string& causes_json, std::initializer_list<const char*> classes) {
  if (causes_json.empty()) return {};
  const json::Value causes = json::parse(causes_json, "BUILD_CAUSE");
  if (!causes.is_array()) return {};
  for (const auto& cause : causes.as_array())
    if (is_any(cause, classes)) return cause;
  return {};
}

// A nightly backup is tried again, hour by hour, until one of its day is good.
void make_nightly(state::BeginRequest& request) {
  request.nightly = true;
  if (request.request_id.empty())
    request.request_id = nightly_request_id(core::system_clock().now_ms());
}

}  // namespace

std::map<std::string, std::string> parse_reasons(const std::string& text) {
  std::map<std::string, std::string> reasons;
  for (const auto& piece : split(text, ";\n")) {
    const auto colon = piece.find(':');
    const std::string reason = colon == std::string::npos ? "" : trimmed(piece.substr(colon + 1));
    reasons[trimmed(piece.substr(0, colon))] = reason;
  }
  return reasons;
}

std::string parse_reason(const std::string& name, const std::string& text) {
  std::string reason = trimmed(text);
  if (reason == "false") return "";
  if (reason == "true")
    throw core::Error(core::ExitCode::kUsage, fmt::format("{} gives no reason", name),
                      "write why, in a few words: it is kept with the operation");
  return reason;
}

std::string replayed_build(const std::string& causes_json) {
  const auto cause = find_cause(causes_json, {"ReplayCause", "RebuildCause"});
  return cause.is_null() ? "" : cause.get_string("shortDescription", "an earlier build");
}

bool started_by_timer(const std::string& causes_json) {
  return !find_cause(causes_json, {"TimerTriggerCause"}).is_null();
}

std::string nightly_request_id(std::int64_t now_ms) {
  const std::time_t seconds = now_ms / 1000;
  std::tm day{};
  ::localtime_r(&seconds, &day);
  return fmt::format("nightly {:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
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
  request.allow_missing = parse_reasons(options.get("allow-missing"));
  request.skip_resources = parse_reasons(options.get("skip-resources"));
  request.fresh_server = parse_reason("FreshServer", options.get("fresh-server"));
  request.accept_no_safety = parse_reason("AcceptNoSafety", options.get("accept-no-safety"));
  request.rollback_on_failure = says(options.get("rollback-on-failure"));
  request.tool_version = TOOL_VERSION;
  if (request.kind == state::Kind::kBackup && started_by_timer(options.get("build-cause")))
    make_nightly(request);
  return request;
}

}  // namespace operation
