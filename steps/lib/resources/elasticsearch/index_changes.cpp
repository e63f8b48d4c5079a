#include "resources/elasticsearch/index_changes.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/json_ranges.hpp"
#include "resources/elasticsearch/scratch_names.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr const char* kTimes = "timeout=60s&master_timeout=60s";
constexpr int kTries = 3;
constexpr std::chrono::seconds kGivenToStart{60};
constexpr std::chrono::seconds kGivenBeforeAsked{3};  // allocation is decided a moment later
constexpr std::chrono::milliseconds kPause{50};

bool is_acknowledged(const http::Response& response) {
  return response.ok() && response.body.find("\"acknowledged\":true") != std::string::npos;
}

// The server read the request and did not carry it out.
bool is_refusal(const http::Response& response) {
  return response.status >= 400 && response.status < 500 && response.status != 408 &&
         response.status != 429;
}

[[noreturn]] void refuse_not_started(const std::string& target, const std::string& why) {
  const bool disk = why.find("disk.watermark") != std::string::npos;
  throw Error(disk ? ExitCode::kStorage : ExitCode::kServiceError,
              fmt::format("{} is not started, a copy of it would be lost: {}", target,
                          why.empty() ? "it is still red after a minute" : why),
              disk ? "free space on the disks of the server, then run the same again"
                   : "look at the allocation settings of the servers, then run the same again");
}

}  // namespace

http::Response IndexChanges::change(const std::string& method, const std::string& path,
                                    const std::string& body) {
  http::Request request;
  request.method = method;
  request.url = path;
  request.body = body;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  m_context.lease.check();
  try {
    return m_once.send(request);
  } catch (const Error& error) {
    if (error.code() != ExitCode::kUnreachable && error.code() != ExitCode::kServiceError) throw;
    core::log_warning(fmt::format("{} {} is in doubt: {}", method, path, error.what()));
    return {};
  }
}

// Whatever the master had taken on before is done when a task of the lowest urgency is.
void IndexChanges::settle(const std::string& what) {
  const auto health =
      m_cluster.get_json("/_cluster/health?wait_for_events=languid&timeout=60s&master_timeout=60s",
                         "waiting for the cluster after " + what);
  if (health.get_bool("timed_out"))
    throw Error(ExitCode::kServiceError,
                fmt::format("{} was not acknowledged, and the cluster has not settled since", what),
                "wait until the cluster is well, then run the same again");
}

void IndexChanges::remove(const std::string& name, const std::string& uuid,
                          const std::function<void()>& in_doubt) {
  require_exact(name);
  for (int tried = 0; tried < kTries; ++tried) {
    const auto found = look_at(m_cluster, name);
    if (!found || found->uuid != uuid) return;
    remove_blocks(m_cluster, name, m_context.lease);
    const auto response = change(
        "DELETE",
        path_of(name, fmt::format("?expand_wildcards=none&ignore_unavailable=false&{}", kTimes)),
        {});
    if (is_acknowledged(response) || response.status == 404) return;
    if (is_refusal(response)) require(response, "removing " + name);
    in_doubt();
    settle("the removal of index " + name);
  }
  throw Error(ExitCode::kServiceError,
              fmt::format("index {} is still there after it was removed {} times", name, kTries),
              kBusyHint);
}

void IndexChanges::block_writes(const std::string& name) {
  m_context.lease.check();
  m_cluster.call("PUT", path_of(name, "/_settings"), R"({"index.blocks.write":true})",
                 "blocking writes to " + name);
}

void IndexChanges::wait_for_shards(const std::string& target, const std::string& uuid) {
  const auto begun = std::chrono::steady_clock::now();
  for (;;) {
    m_context.cancel.check();
    if (is_started(m_cluster, target)) return;
    const auto waited = std::chrono::steady_clock::now() - begun;
    const auto why = waited < kGivenBeforeAsked ? "" : why_not_started(m_cluster, target);
    if (!why.empty() || waited > kGivenToStart) {
      remove(target, uuid);
      refuse_not_started(target, why);
    }
    std::this_thread::sleep_for(kPause);
  }
}

void IndexChanges::clone(const std::string& source, const std::string& source_uuid,
                         const std::string& target, const std::string& settings) {
  require_exact(target);
  const auto body = fmt::format(R"({{"settings":{},"aliases":{{{}:{{"is_hidden":true}}}}}})",
                                settings, encode_string(origin_alias(source_uuid)));
  for (int tried = 0; tried < kTries; ++tried) {
    const auto response =
        change("PUT",
               path_of(source, "/_clone" + path_of(target) +
                                   fmt::format("?wait_for_active_shards=0&{}", kTimes)),
               body);
    if (!is_acknowledged(response)) settle("the copy of index " + source);
    const auto made = look_at(m_cluster, target);
    if (made && made->source_uuid == source_uuid) return wait_for_shards(target, made->uuid);
    if (made || is_refusal(response)) require(response, "copying index " + source);
  }
  throw Error(ExitCode::kServiceError,
              fmt::format("index {} is not there after it was copied {} times", target, kTries),
              kBusyHint);
}

}  // namespace resources::elasticsearch
