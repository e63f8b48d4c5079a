#include "resources/elasticsearch/index_maker.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/elasticsearch/destroy.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

http::Response put(Cluster& cluster, const std::string& path, std::string_view body) {
  http::Request request;
  request.method = "PUT";
  request.url = path;
  request.body = body;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  return cluster.send(request);
}

bool exists_already(const http::Response& response) {
  return response.status == 400 &&
         response.body.find("resource_already_exists_exception") != std::string::npos;
}

// The first reason of the first node in an answer of _cluster/allocation/explain.
std::string explanation_of(const std::string& answer) {
  const auto explained = json::parse(answer, "allocation of a shard");
  if (const auto* nodes = explained.find("node_allocation_decisions"))
    for (const auto& node : nodes->as_array())
      if (const auto* deciders = node.find("deciders"))
        for (const auto& decider : deciders->as_array()) return decider.get_string("explanation");
  return explained.get_string("allocate_explanation", "its shard is not placed on any node");
}

std::string settings_key(const std::string& stream) {
  return "settings of data stream " + stream;
}

// Of the index that is written to now, flat.
std::string settings_of_stream(Cluster& cluster, const std::string& name) {
  const auto answer = cluster.get(path_of(name, "/_settings?flat_settings=true"),
                                  "reading the settings of data stream " + name);
  return std::string(member(members_of(answer).back().value, "settings"));
}

// Only the matching template of the highest priority acts: an empty one shuts out all others, so
// that an index is made exactly as archived.
class ScratchTemplate {
 public:
  ScratchTemplate(Cluster& cluster, const std::vector<IndexDefinition>& definitions,
                  const LoadScope& scope)
      : m_cluster(cluster), m_name(scope.maker_template) {
    json::Value patterns = json::Value::array();
    for (const auto& definition : definitions) patterns.push_back(scope.place(definition.name()));
    if (definitions.empty()) return;
    cluster.call("PUT", "/_index_template/" + m_name,
                 fmt::format(R"({{"index_patterns":{},"priority":2147483646,"template":{{}}}})",
                             json::dump(patterns)),
                 "putting the scratch template of the restore");
  }
  ~ScratchTemplate() {
    try {
      remove_index_template(m_cluster, m_name);
    } catch (const std::exception& error) {
      core::log_debug(error.what());  // clean_up() tries again
    }
  }
  ScratchTemplate(const ScratchTemplate&) = delete;
  ScratchTemplate& operator=(const ScratchTemplate&) = delete;

 private:
  Cluster& m_cluster;
  std::string m_name;
};

}  // namespace

void remove_index_template(Cluster& cluster, const std::string& name) {
  http::Request request;
  request.method = "DELETE";
  request.url = "/_index_template/" + name;
  const auto response = cluster.send(request);
  if (response.status != 404) require(response, "removing index template " + name);
}

bool IndexMaker::once(const std::string& item) const {
  return !m_context.journal.is_done(kResource, item);
}

void IndexMaker::make(const std::vector<IndexDefinition>& definitions) {
  const ScratchTemplate scratch(m_cluster, definitions, m_scope);
  for (const auto& definition : definitions) make_index(definition);
}

// An index that is there although the journal does not know it was made in the moment of a kill, or
// by an application that wrote into the void: either way it is empty of what the archive holds.
void IndexMaker::make_index(const IndexDefinition& definition) {
  const auto name = m_scope.place(definition.name());
  if (!once("index " + name)) return;
  m_context.lease.check();
  const auto body = definition.create_body(static_cast<bool>(m_scope.beside));
  auto response = put(m_cluster, path_of(name), body);
  if (exists_already(response)) {
    remove_unit(m_cluster, name, false, m_context.lease);
    response = put(m_cluster, path_of(name), body);
  }
  require(response, "making index " + name);
  require_started(name, response.body);
  if (!definition.dynamic().empty())
    m_cluster.call("PUT", path_of(name, "/_mapping"), mapping_with_dynamic("false"),
                   "preparing the mapping of " + name);
  m_context.journal.done(kResource, "index " + name);
}

// A full disk or a filter keeps the server from placing a shard: every bulk would wait a minute for
// it, over and over.
void IndexMaker::require_started(const std::string& index, const std::string& created) {
  if (json::parse(created, "making index " + index).get_bool("shards_acknowledged")) return;
  const auto why = m_cluster.call(
      "GET", "/_cluster/allocation/explain",
      fmt::format(R"({{"index":{},"shard":0,"primary":true}})", encode_string(index)),
      "asking why index " + index + " does not start");
  const bool disk = why.find("disk_threshold") != std::string::npos;
  throw Error(disk ? ExitCode::kStorage : ExitCode::kServiceError,
              fmt::format("index {} does not start: {}", index, explanation_of(why)),
              disk ? "free space on the disks of the server, then run the same restore again"
                   : "look at the allocation settings of the server");
}

// What its template gave the stream is put back after the load; noted before it is changed.
void IndexMaker::make_stream(const std::string& name) {
  if (!once("stream " + name)) return;
  m_context.lease.check();
  const auto response = put(m_cluster, "/_data_stream" + path_of(name), {});
  if (!exists_already(response)) require(response, "making data stream " + name);
  if (!m_context.journal.recall(kResource, settings_key(name)))
    m_context.journal.remember(kResource, settings_key(name), settings_of_stream(m_cluster, name));
  m_cluster.call("PUT", path_of(name, "/_settings"), settings_while_loading(),
                 "preparing data stream " + name);
  m_context.journal.done(kResource, "stream " + name);
}

std::string stream_settings_after_load(core::RestoreJournal& journal, const std::string& name) {
  return settings_after_load(journal.recall(kResource, settings_key(name)).value_or("{}"));
}

}  // namespace resources::elasticsearch
