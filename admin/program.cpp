#include "admin/program.hpp"

#include <cstring>

#include <fmt/format.h>

#include "admin/json_log.hpp"
#include "admin/user_command.hpp"
#include "admin/web/router.hpp"
#include "admin/web/server.hpp"
#include "cli/run_main.hpp"
#include "core/log.hpp"

namespace admin {

namespace {

void serve(cli::Call& call) {
  take_over_log();
  Services services(load_settings(call.options.get("config")), core::system_clock());
  Router router(services);
  Server server(services.settings.listen, services.settings.port,
                [&](const Ask& ask) { return router.answer(ask); });
  core::log_info(fmt::format("listening on {} port {}", services.settings.listen, server.port()));
  server.run(call.cancel);
}

cli::Step service() {
  cli::Step step{"athena-admin",
                 "the Admin Interface. `athena-admin user --help` tells of accounts.",
                 {"serve"},
                 {{"config", "ATHENA_ADMIN_CONFIG", "path of athena-admin.json", false,
                   "/etc/athena-admin/athena-admin.json"}},
                 serve};
  step.for_environment = false;
  return step;
}

}  // namespace

int run(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "user") == 0)
    return cli::run_main(user_command(), argc - 1, argv + 1);
  return cli::run_main(service(), argc, argv);
}

}  // namespace admin
