#pragma once
// The frame of every step executable: options from argv and environment, log, locale, signals, the
// only try/catch that turns failures into exit codes, and the JSON result file.
//
//   int main(int argc, char** argv) { return cli::run_main(snapshot::step(), argc, argv); }

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/cancel_token.hpp"
#include "json/value.hpp"

namespace cli {

struct Option {
  std::string name;         // "backup-id"
  std::string environment;  // variable that gives it when argv does not: "BackupId"; may be empty
  std::string help;
  bool flag = false;     // takes no value; from the environment: true/1/yes
  std::string fallback;  // default text
};

// Parsed options. Absent options are the fallback.
class Options {
 public:
  std::string get(const std::string& name) const;
  bool flag(const std::string& name) const;
  // Throws Error(kUsage, "--<name> is missing").
  std::string require(const std::string& name) const;
  const std::string& verb() const { return m_verb; }

  std::map<std::string, std::string> m_values;
  std::string m_verb;
};

// What a run function gets, and what it may leave for the result file.
struct Call {
  Options options;
  core::CancelToken& cancel;
  json::Value result = json::Value::object();  // merged into the result file, also on failure
  // The operation has on record that this step began and failed: its outcome is "failed", whatever
  // the exit code.
  bool failure_recorded = false;
};

struct Step {
  std::string name;
  std::string summary;             // one sentence for --help
  std::vector<std::string> verbs;  // first positional argument, when the step has any
  std::vector<Option> options;     // beside the common ones
  // A failure is an exception. `result["outcome"]` may be set ("already_done"); default "ok".
  std::function<void(Call&)> run;
  bool for_environment = true;  // false: a program that takes no environment and no operation
};

// Common options of every step: environment-file/ENVIRONMENT_FILE, environment/Environment,
// operation/OPERATION_ID, result/STEP_RESULT, log-level/LOG_LEVEL, quiet, help, version.
int run_main(const Step& step, int argc, char** argv);

}  // namespace cli
