#include "cli/options.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <boost/program_options.hpp>

#include "core/error.hpp"

namespace cli {

namespace {

namespace po = boost::program_options;

constexpr const char* kVerb = "verb";

po::options_description describe(const Step& step) {
  po::options_description description;
  for (const Option& option : all_options(step)) {
    if (option.flag)
      description.add_options()(option.name.c_str(), po::bool_switch(), option.help.c_str());
    else
      description.add_options()(option.name.c_str(), po::value<std::string>(), option.help.c_str());
  }
  description.add_options()(kVerb, po::value<std::string>(), "");
  return description;
}

po::variables_map parse_argv(const Step& step, int argc, char** argv) {
  po::positional_options_description positional;
  if (!step.verbs.empty()) positional.add(kVerb, 1);
  po::variables_map map;
  try {
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(argc, argv)
                  .options(describe(step))
                  .positional(positional)
                  .style(style)
                  .run(),
              map);
  } catch (const po::error& error) {
    throw core::Error(core::ExitCode::kUsage, error.what(),
                      fmt::format("see {} --help", step.name));
  }
  return map;
}

bool is_true(const std::string& text) {
  return text == "true" || text == "1" || text == "yes";
}

std::string from_environment(const Option& option) {
  const char* text = option.environment.empty() ? nullptr : std::getenv(option.environment.c_str());
  return text != nullptr && *text != '\0' ? text : option.fallback;
}

std::string value_of(const Option& option, const po::variables_map& map) {
  if (!option.flag)
    return map.count(option.name) > 0 ? map[option.name].as<std::string>()
                                      : from_environment(option);
  if (map[option.name].as<bool>()) return "true";
  return is_true(from_environment(option)) ? "true" : "";
}

std::string verb_of(const Step& step, const po::variables_map& map) {
  if (step.verbs.empty()) return "";
  const std::string verb = map.count(kVerb) > 0 ? map[kVerb].as<std::string>() : "";
  if (std::find(step.verbs.begin(), step.verbs.end(), verb) != step.verbs.end()) return verb;
  throw core::Error(core::ExitCode::kUsage,
                    verb.empty() ? fmt::format("{} needs a verb", step.name)
                                 : fmt::format("{} has no verb '{}'", step.name, verb),
                    fmt::format("one of: {}", fmt::join(step.verbs, ", ")));
}

std::string option_line(const Option& option) {
  std::string left = "  --" + option.name + (option.flag ? "" : " VALUE");
  std::string right = option.help;
  if (!option.environment.empty()) right += fmt::format(" [${}]", option.environment);
  if (!option.fallback.empty()) right += fmt::format(" (default {})", option.fallback);
  return fmt::format("{:<30} {}\n", left, right);
}

std::vector<Option> environment_options() {
  return {
      {"environment-file", "ENVIRONMENT_FILE", "path of environment.json", false, ""},
      {"environment", "Environment",
       "name of the environment, looked up in the folder "
       "$ENVIRONMENT_BACKUP_CONFIG_DIR",
       false, ""},
      {"operation", "OPERATION_ID", "id that `operation begin` gave", false, ""},
  };
}

}  // namespace

std::string Options::get(const std::string& name) const {
  const auto found = m_values.find(name);
  return found == m_values.end() ? "" : found->second;
}

bool Options::flag(const std::string& name) const {
  return is_true(get(name));
}

std::string Options::require(const std::string& name) const {
  std::string value = get(name);
  if (value.empty())
    throw core::Error(core::ExitCode::kUsage, fmt::format("--{} is missing", name),
                      "see --help for the variable that may give it");
  return value;
}

std::vector<Option> all_options(const Step& step) {
  auto options = step.for_environment ? environment_options() : std::vector<Option>{};
  const std::vector<Option> common{
      {"result", "STEP_RESULT", "write the result as JSON into this file", false, ""},
      {"log-level", "LOG_LEVEL", "debug, info, warning or error", false, "info"},
      {"quiet", "", "no log lines but errors", true, ""},
      {"help", "", "this text", true, ""},
      {"version", "", "print the version", true, ""},
  };
  options.insert(options.end(), common.begin(), common.end());
  options.insert(options.end(), step.options.begin(), step.options.end());
  return options;
}

Options parse_options(const Step& step, int argc, char** argv) {
  const po::variables_map map = parse_argv(step, argc, argv);
  Options options;
  for (const Option& option : all_options(step))
    options.m_values[option.name] = value_of(option, map);
  if (!options.flag("help") && !options.flag("version")) options.m_verb = verb_of(step, map);
  return options;
}

std::string help_text(const Step& step) {
  const std::string verbs =
      step.verbs.empty() ? "" : fmt::format(" {}", fmt::join(step.verbs, "|"));
  std::string text =
      fmt::format("{}: {}\n\nusage: {}{} [options]\n\n", step.name, step.summary, step.name, verbs);
  for (const Option& option : all_options(step)) text += option_line(option);
  text += "\nexit codes:\n";
  for (const auto& [code, meaning] : core::kExitCodes)
    text += fmt::format("  {:>5}  {}\n", static_cast<int>(code), meaning);
  return text + "  128+n  ended by signal n\n";
}

}  // namespace cli
