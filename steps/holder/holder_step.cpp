#include "holder/holder_step.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "core/error.hpp"
#include "environment/environment.hpp"
#include "holder/build_address.hpp"
#include "http/client.hpp"

namespace holder {

namespace {

constexpr int kNotFound = 404;

http::Client client_for(const environment::Jenkins& jenkins, const core::CancelToken& cancel) {
  http::ClientOptions options;
  options.name = "Jenkins";
  options.retries.attempts = 2;
  options.connect_timeout_ms = 5'000;
  options.total_timeout_seconds = 15;
  if (!jenkins.user.empty())
    options.authentication = http::Basic{jenkins.user, environment::resolve_secret(jenkins.token)};
  return {std::move(options), cancel};
}

// A build that was deleted has ended.
bool has_ended(const http::Response& answer) {
  if (answer.status == kNotFound) return true;
  http::require_ok(answer, "asking Jenkins about the build");
  const auto document = json::parse(answer.body, "the answer of Jenkins");
  const auto* building = document.find("building");
  if (building == nullptr)
    throw core::Error(core::ExitCode::kServiceError, "Jenkins does not say whether the build runs",
                      "check jenkins.url in environment.json");
  return !building->as_bool();
}

void run(cli::Call& call) {
  const auto environment = environment::load(
      environment::locate(call.options.get("environment-file"), call.options.get("environment")));
  const std::string build = call.options.require("build-url");
  const auto address = build_address(environment.jenkins.url, build);
  if (environment.jenkins.url.empty() || !address)
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("{} is no build of the configured Jenkins", build),
                      "set jenkins.url in environment.json to the root of the controller");
  http::Request request;
  request.url = *address;
  const bool ended = has_ended(client_for(environment.jenkins, call.cancel).send(request));
  call.result.set("build_ended", ended);
  std::fputs(ended ? "ended\n" : "running\n", stdout);
}

}  // namespace

cli::Step step() {
  return {"holder",
          "asks Jenkins whether the build that holds an operation has ended.",
          {},
          {{"build-url", "", "the build", false, ""}},
          run};
}

}  // namespace holder
