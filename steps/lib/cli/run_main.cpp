#include "cli/run_main.hpp"

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <new>

#include <fmt/format.h>

#include "cli/log_setup.hpp"
#include "cli/options.hpp"
#include "cli/signals.hpp"
#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/memory_budget.hpp"

namespace cli {

namespace {

struct Ending {
  int exit_code = 0;
  std::string outcome = "ok";
  std::string message;
  std::string hint;
};

constexpr const char* kFailed = "failed";
// Nothing was done, because the request or the recorded state did not allow it.
constexpr const char* kRefused = "refused";

const char* outcome_of(core::ExitCode code) {
  switch (code) {
    case core::ExitCode::kUsage:
    case core::ExitCode::kNotFound:
    case core::ExitCode::kBusy:
    case core::ExitCode::kPrecondition:
    case core::ExitCode::kConfiguration:
      return kRefused;
    default:
      return kFailed;
  }
}

Ending failure(core::ExitCode code, const std::string& message, const std::string& hint) {
  return {static_cast<int>(code), outcome_of(code), message, hint};
}

// The one place where exceptions become exit codes.
Ending guarded(const std::function<void()>& action) {
  try {
    action();
    return {};
  } catch (const core::Error& error) {
    return failure(error.code(), error.what(), error.hint());
  } catch (const core::Cancelled& cancelled) {
    return {128 + cancelled.signal(), "aborted",
            fmt::format("ended by signal {}", cancelled.signal()),
            "run the job again: it goes on from the recorded state"};
  } catch (const std::bad_alloc&) {
    return failure(core::ExitCode::kInternal, "out of memory", "give the agent more memory");
  } catch (const std::exception& error) {
    return failure(core::ExitCode::kInternal, fmt::format("internal error: {}", error.what()),
                   "please report this with the log of the build");
  }
}

// Once the token is set, whatever broke first is a consequence of the signal.
Ending or_cancelled(Ending ending, const core::CancelToken& cancel) {
  if (ending.exit_code == 0 || !cancel.cancelled()) return ending;
  Ending aborted = guarded([&] { cancel.check(); });
  if (!ending.message.empty() && ending.outcome != "aborted")
    aborted.message += fmt::format(" ({})", ending.message);
  return aborted;
}

void print(const Ending& ending) {
  if (ending.exit_code == 0) return;
  std::fflush(stdout);
  std::fputs(fmt::format("ERROR {}\n", printable(ending.message)).c_str(), stderr);
  if (!ending.hint.empty())
    std::fputs(fmt::format("hint: {}\n", printable(ending.hint)).c_str(), stderr);
}

void write_result(const Step& step, const Call& call, const Ending& ending) {
  const std::string path = call.options.get("result");
  if (path.empty()) return;
  json::Value result;
  result.set("step", step.name);
  if (!call.options.verb().empty()) result.set("verb", call.options.verb());
  result.set("outcome", ending.outcome);
  result.set("exit_code", ending.exit_code);
  result.set("message", ending.message);
  result.set("hint", ending.hint);
  for (const auto& [key, value] : call.result.as_object()) {
    if (key != "outcome" || ending.exit_code == 0) result.set(key, value);
  }
  core::write_file_atomically(path, json::dump_pretty(result), 0644);
}

int perform(const Step& step, Call& call) {
  Ending ending = guarded([&] {
    set_up_log(call.options.get("log-level"), call.options.flag("quiet"));
    step.run(call);
  });
  if (call.failure_recorded && ending.outcome == kRefused) ending.outcome = kFailed;
  ending = or_cancelled(std::move(ending), call.cancel);
  print(ending);
  const Ending written = guarded([&] { write_result(step, call, ending); });
  print(written);
  return ending.exit_code != 0 ? ending.exit_code : written.exit_code;
}

// The caller reads the result file of a step that was called wrongly, too.
int refuse_usage(const Step& step, Call& call, const Ending& usage) {
  print(usage);
  if (const char* path = std::getenv("STEP_RESULT")) call.options.m_values["result"] = path;
  print(guarded([&] { write_result(step, call, usage); }));
  return usage.exit_code;
}

}  // namespace

int run_main(const Step& step, int argc, char** argv) {
  std::setlocale(LC_ALL, "C.UTF-8");
  core::return_freed_blocks();
  core::CancelToken cancel;
  Call call{{}, cancel};
  const Ending usage = guarded([&] { call.options = parse_options(step, argc, argv); });
  if (usage.exit_code != 0) return refuse_usage(step, call, usage);
  if (call.options.flag("help") || call.options.flag("version")) {
    std::fputs(call.options.flag("help") ? help_text(step).c_str() : TOOL_VERSION "\n", stdout);
    return 0;
  }
  const Signals signals(cancel);
  return perform(step, call);
}

}  // namespace cli
