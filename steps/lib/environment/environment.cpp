#include "environment/environment.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/unique_fd.hpp"
#include "environment/checks.hpp"
#include "environment/schema_text.hpp"
#include "json/schema.hpp"

namespace environment {

namespace {

using core::Error;
using core::ExitCode;

constexpr std::size_t kMaxFile = std::size_t{1} << 20;
constexpr const char* kSeeThePage = "docs/environment.md explains every key";

[[noreturn]] void refuse(const std::string& path, const std::vector<std::string>& violations) {
  std::string text = fmt::format("{} is not valid:", path);
  for (const auto& violation : violations) text += "\n  " + violation;
  throw Error(ExitCode::kConfiguration, text, kSeeThePage);
}

std::string read_text(const std::string& path) {
  try {
    return core::read_file(path, kMaxFile);
  } catch (const Error& error) {
    throw Error(ExitCode::kConfiguration, error.what(),
                "give --environment-file, or --environment with the name of a folder that holds an "
                "environment.json; the agent's user must be able to read it");
  }
}

// Editors show lines, the parser counts bytes.
std::string with_line(const std::string& message, const std::string& text) {
  constexpr std::string_view kAtByte = " at byte ";
  const auto at = message.rfind(kAtByte);
  if (at == std::string::npos) return message;
  const auto byte = std::strtoull(message.c_str() + at + kAtByte.size(), nullptr, 10);
  const auto end =
      text.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(byte, text.size()));
  return fmt::format("{} (line {})", message, 1 + std::count(text.begin(), end, '\n'));
}

json::Value parse_document(const std::string& text, const std::string& path) {
  try {
    return json::parse_with_comments(text, path);
  } catch (const Error& error) {
    throw Error(ExitCode::kConfiguration, with_line(error.what(), text),
                "write JSON; comments and trailing commas are allowed");
  }
}

void check(const json::Value& document, const std::string& path) {
  if (const auto violations = json::validate(document, schema_text()); !violations.empty())
    refuse(path, violations);
  auto findings = check_pairs(document);
  for (auto& finding : check_folders(document)) findings.push_back(std::move(finding));
  if (!findings.empty()) refuse(path, findings);
}

void read_int(const json::Value& section, const char* key, int& target) {
  target = static_cast<int>(section.get_int(key, target));
}

Maintenance read_maintenance(const json::Value& section) {
  Maintenance result;
  result.flag_file = section.get_string("flag_file");
  result.on_command = section.get_strings("on_command");
  result.off_command = section.get_strings("off_command");
  result.quiesce_command = section.get_strings("quiesce_command");
  result.resume_command = section.get_strings("resume_command");
  result.probe_url = section.get_string("probe_url");
  read_int(section, "probe_timeout_seconds", result.probe_timeout_seconds);
  result.after_cut = section.get_string("release") == "after_cut";
  result.max_cut_bytes = section.get_uint("max_cut_bytes", result.max_cut_bytes);
  return result;
}

Retention read_retention(const json::Value& section) {
  Retention result;
  read_int(section, "keep_days", result.keep_days);
  read_int(section, "keep_last", result.keep_last);
  read_int(section, "keep_daily", result.keep_daily);
  read_int(section, "keep_weekly", result.keep_weekly);
  read_int(section, "keep_monthly", result.keep_monthly);
  read_int(section, "min_verified", result.min_verified);
  read_int(section, "restore_grace_days", result.restore_grace_days);
  result.prune_when_short = section.get_bool("prune_when_short", result.prune_when_short);
  return result;
}

Restore read_restore(const json::Value& section) {
  Restore result;
  const auto staging = section.get_string("staging");
  if (staging == "required") result.staging = Staging::kRequired;
  if (staging == "off") result.staging = Staging::kOff;
  read_int(section, "keep_aside_hours", result.keep_aside_hours);
  result.full_prove = section.get_bool("full_prove", result.full_prove);
  return result;
}

json::Value part(const json::Value& document, std::string_view key) {
  const json::Value* found = document.find(key);
  return found == nullptr ? json::Value() : *found;
}

Jenkins read_jenkins(const json::Value& section) {
  return {section.get_string("url"), section.get_string("user"), part(section, "token")};
}

// In the schema's order, which is the order in which resources are named to people.
void read_resources(const json::Value& document, Environment& result) {
  const json::Value schema = json::parse(schema_text(), "environment.schema.json");
  const json::Value& rules = schema.at("properties").at("resources").at("properties");
  for (const auto& [name, rule] : rules.as_object()) {
    json::Value section = part(document.at("resources"), name);
    if (section.is_null()) continue;
    fill_in_defaults(section, rule, schema);
    result.resources.emplace_back(name, std::move(section));
  }
}

json::Value read_publish(const json::Value& document) {
  json::Value section = part(document, "publish");
  if (section.is_null()) return section;
  const json::Value schema = json::parse(schema_text(), "environment.schema.json");
  fill_in_defaults(section, schema.at("properties").at("publish"), schema);
  return section;
}

std::string without_newline(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

Environment load(const std::string& path) {
  const json::Value document = parse_document(read_text(path), path);
  check(document, path);
  Environment result;
  result.name = document.at("name").as_string();
  result.archive_folder = document.at("archive_folder").as_string();
  result.state_folder = document.at("state_folder").as_string();
  result.published_file = document.get_string("view_file");
  read_int(document, "workers", result.workers);
  result.memory_bytes = document.get_uint("memory_bytes", result.memory_bytes);
  read_int(document, "takeover_after_minutes", result.takeover_after_minutes);
  read_int(document, "max_maintenance_minutes", result.max_maintenance_minutes);
  result.jenkins = read_jenkins(part(document, "jenkins"));
  result.maintenance = read_maintenance(part(document, "maintenance"));
  result.retention = read_retention(part(document, "retention"));
  result.restore = read_restore(part(document, "restore"));
  read_resources(document, result);
  result.publish = read_publish(document);
  result.source = path;
  result.document = document;
  return result;
}

std::string locate(const std::string& environment_file, const std::string& environment_name) {
  if (!environment_file.empty()) return environment_file;
  if (environment_name.empty())
    throw Error(ExitCode::kUsage, "no environment is named",
                "give --environment NAME or --environment-file PATH");
  if (!core::is_environment_name(environment_name))
    throw Error(ExitCode::kUsage,
                fmt::format("'{}' is not the name of an environment", environment_name),
                "names are of a-z, 0-9 and -");
  const char* folder = std::getenv("ENVIRONMENT_BACKUP_CONFIG_DIR");
  return fmt::format("{}/{}/environment.json",
                     folder == nullptr || *folder == '\0' ? "/etc/environment-backup" : folder,
                     environment_name);
}

std::string resolve_secret(const json::Value& reference) {
  if (const json::Value* name = reference.find("env")) {
    const char* value = std::getenv(name->as_string().c_str());
    if (value != nullptr) return value;
    throw Error(ExitCode::kConfiguration,
                fmt::format("the environment variable {} is not set", name->as_string()),
                "bind it to its Jenkins credential, or export it before the step");
  }
  if (const json::Value* file = reference.find("file")) {
    try {
      return without_newline(core::read_file(file->as_string(), kMaxFile));
    } catch (const Error& error) {
      throw Error(ExitCode::kConfiguration, fmt::format("secret file: {}", error.what()),
                  "write the secret into that file, readable by the agent's user alone");
    }
  }
  throw Error(ExitCode::kConfiguration, "a secret is neither {\"env\": ...} nor {\"file\": ...}",
              kSeeThePage);
}

}  // namespace environment
