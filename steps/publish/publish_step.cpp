#include "publish/publish_step.hpp"

#include "core/log.hpp"
#include "environment/environment.hpp"
#include "publish/export_file.hpp"
#include "publish/mirror/mirror.hpp"
#include "publish/turn.hpp"

namespace publish {

namespace {

void run(cli::Call& call) {
  const auto environment = environment::load(
      environment::locate(call.options.get("environment-file"), call.options.get("environment")));
  call.result.set("environment", environment.name);
  const state::StateFile file({environment.state_file(), environment.name, "", ""},
                              state::OpenMode::kExisting);
  write_export(environment, file);
  call.result.set("view_file", environment.view_file());
  core::log_info("the view is written: " + environment.view_file());
  if (environment.publish.is_null()) return;
  // Writers take turns: of two that begin together one would only write in vain.
  constexpr int kTurnMs = 60'000;
  const auto turn = take_turn(environment.state_file() + ".push", kTurnMs);
  mirror(environment, View(environment, file), {call.options.flag("full")}, call.cancel);
}

}  // namespace

cli::Step step() {
  return {"publish",
          "writes the published view again, and publishes it where publish.* says.",
          {},
          {{"full", "", "write all of it, also over what looks newer or was changed by hand", true,
            ""}},
          run};
}

}  // namespace publish
