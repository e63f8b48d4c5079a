#include "resources/elasticsearch/template_rehearsal.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/elasticsearch/json_ranges.hpp"

namespace resources::elasticsearch {

namespace {

http::Response simulate(Cluster& cluster, const std::string& path, const std::string& body) {
  http::Request request;
  request.method = "POST";
  request.url = path;
  request.body = body;
  request.retryable = true;
  request.headers.emplace_back("Content-Type", "application/json");
  return cluster.send(request);
}

void require_taken(const http::Response& response, const std::string& what) {
  if (response.status < 400 || response.status >= 500 || response.status == 429)
    return require(response, "simulating " + what);
  throw core::Error(
      core::ExitCode::kServiceError,
      fmt::format("the server refuses {} of the archive: {}", what, reason_of(response.body)),
      "nothing was changed; remove or rename what is in its way, or restore to a "
      "server of the archive's version");
}

// Component templates of the archive are not stored yet: what a template takes from them is
// simulated with them.
std::string without_components(std::string_view body) {
  std::string kept = "{";
  for (const auto& [key, value] : members_of(body))
    if (key != "composed_of" && key != "ignore_missing_component_templates")
      kept += fmt::format("{}\"{}\":{}", kept.size() > 1 ? "," : "", key, trimmed(value));
  return kept + "}";
}

void rehearse_index_templates(Cluster& cluster, std::string_view all) {
  for (const auto& [key, body] : members_of(all)) {
    const auto name = decode_string(fmt::format("\"{}\"", key));
    require_taken(simulate(cluster, "/_index_template/_simulate/" + http::encode_part(name),
                           without_components(body)),
                  "index template " + name);
  }
}

void rehearse_component_templates(Cluster& cluster, std::string_view all) {
  for (const auto& [key, body] : members_of(all)) {
    const auto name = decode_string(fmt::format("\"{}\"", key));
    const auto inner = find_member(body, "template");
    const auto wrapped = fmt::format(
        R"({{"index_patterns":["environment-backup-rehearsal"],"priority":2147483644,"template":{}}})",
        inner ? std::string(*inner) : "{}");
    require_taken(simulate(cluster, "/_index_template/_simulate", wrapped),
                  "component template " + name);
  }
}

void rehearse_pipelines(Cluster& cluster, std::string_view all) {
  for (const auto& [key, body] : members_of(all)) {
    const auto name = decode_string(fmt::format("\"{}\"", key));
    require_taken(
        simulate(cluster, "/_ingest/pipeline/_simulate",
                 fmt::format(R"({{"pipeline":{},"docs":[{{"_source":{{}}}}]}})", trimmed(body))),
        "pipeline " + name);
  }
}

}  // namespace

void rehearse_templates(Cluster& cluster, const std::string& text) {
  rehearse_component_templates(cluster, member(text, "component_templates"));
  rehearse_index_templates(cluster, member(text, "index_templates"));
  rehearse_pipelines(cluster, member(text, "pipelines"));
}

}  // namespace resources::elasticsearch
