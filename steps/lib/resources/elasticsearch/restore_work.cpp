#include "resources/elasticsearch/restore_work.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/json_ranges.hpp"
#include "resources/elasticsearch/templates.hpp"

namespace resources::elasticsearch {

using core::Error;
using core::ExitCode;

namespace {

constexpr const char* kScratch = "/_index_template/environment-backup-restore";
constexpr std::size_t kAnswerBytes = std::size_t{2} << 20;

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

// Only the matching template of the highest priority acts: an empty one shuts out all others, so
// that an index is made exactly as archived.
class ScratchTemplate {
 public:
  ScratchTemplate(Cluster& cluster, const std::vector<IndexDefinition>& definitions)
      : m_cluster(cluster) {
    json::Value patterns = json::Value::array();
    for (const auto& definition : definitions) patterns.push_back(definition.name());
    if (definitions.empty()) return;
    cluster.call("PUT", kScratch,
                 fmt::format(R"({{"index_patterns":{},"priority":2147483646,"template":{{}}}})",
                             json::dump(patterns)),
                 "putting the scratch template of the restore");
  }
  ~ScratchTemplate() {
    try {
      remove_scratch_template(m_cluster);
    } catch (const std::exception& error) {
      core::log_debug(error.what());  // clean_up() tries again
    }
  }
  ScratchTemplate(const ScratchTemplate&) = delete;
  ScratchTemplate& operator=(const ScratchTemplate&) = delete;

 private:
  Cluster& m_cluster;
};

}  // namespace

void remove_scratch_template(Cluster& cluster) {
  http::Request request;
  request.method = "DELETE";
  request.url = kScratch;
  const auto response = cluster.send(request);
  if (response.status != 404) require(response, "removing the scratch template of the restore");
}

RestoreWork::RestoreWork(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
                         core::Context& context)
    : m_cluster(std::move(cluster)), m_archive(archive), m_context(context), m_archived(archive) {
  for (const auto& unit : m_archived.all())
    if (unit.definition != nullptr) m_definitions.emplace_back(unit.name, read(*unit.definition));
  put_templates_back();
  make_indices();
}

std::string RestoreWork::read(const archive::Member& member) const {
  const auto charge =
      m_context.memory.acquire(member.plain_size + member.stored_size, m_context.cancel);
  return m_archive.read(member);
}

bool RestoreWork::once(const std::string& item) const {
  return !m_context.journal.is_done(kResource, item);
}

void RestoreWork::put_templates_back() {
  if (m_archived.templates() == nullptr || !once("templates")) return;
  put_templates(*m_cluster, read(*m_archived.templates()), [this] { m_context.lease.check(); });
  m_context.journal.done(kResource, "templates");
}

void RestoreWork::make_indices() {
  {
    const ScratchTemplate scratch(*m_cluster, m_definitions);
    for (const auto& definition : m_definitions) make_index(definition);
  }
  for (const auto& unit : m_archived.all())
    if (unit.data_stream) make_stream(unit);
}

// An index that is there although the journal does not know it was made in the moment of a kill, or
// by an application that wrote into the void: either way it is empty of what the archive holds.
void RestoreWork::make_index(const IndexDefinition& definition) {
  const auto& name = definition.name();
  if (!once("index " + name)) return;
  m_context.lease.check();
  const auto body = definition.create_body();
  auto response = put(*m_cluster, path_of(name), body);
  if (exists_already(response)) {
    remove_unit(*m_cluster, name, false, m_context.lease);
    response = put(*m_cluster, path_of(name), body);
  }
  require(response, "making index " + name);
  m_context.journal.done(kResource, "index " + name);
}

void RestoreWork::make_stream(const ArchivedUnit& unit) {
  if (!once("stream " + unit.name)) return;
  m_context.lease.check();
  const auto response = put(*m_cluster, "/_data_stream" + path_of(unit.name), {});
  if (!exists_already(response)) require(response, "making data stream " + unit.name);
  put_settings(unit.name, settings_while_loading(), "preparing data stream " + unit.name);
  m_context.journal.done(kResource, "stream " + unit.name);
}

std::vector<WorkItem> RestoreWork::plan() {
  std::vector<WorkItem> items;
  for (const auto& unit : m_archived.all())
    for (const auto* member : unit.documents)
      if (once(member->name)) items.push_back({member->name, member->plain_size});
  return items;
}

void RestoreWork::run(const WorkItem& item) {
  const ArchivedUnit* unit = nullptr;
  const archive::Member* member = nullptr;
  for (const auto& one : m_archived.all())
    for (const auto* candidate : one.documents)
      if (candidate->name == item.id) {
        unit = &one;
        member = candidate;
      }
  if (member == nullptr) throw Error(ExitCode::kInternal, "no chunk '" + item.id + "'");
  const auto charge = m_context.memory.acquire(
      member->plain_size + member->stored_size + kAnswerBytes, m_context.cancel);
  const auto plain = m_archive.read(*member);
  m_context.lease.check();
  BulkLoader loader(*m_cluster, unit->name, unit->data_stream);
  loader.load(plain, layout_from(member->meta.get_string("layout")), member->rows.value_or(0));
  m_context.journal.done(kResource, item.id);
  m_context.progress.advance(kResource, member->plain_size);
}

void RestoreWork::put_settings(const std::string& name, const std::string& body,
                               const std::string& what) {
  m_context.lease.check();
  m_cluster->call("PUT", path_of(name, "/_settings"), body, what);
}

void RestoreWork::finish_index(const IndexDefinition& definition) {
  const auto& name = definition.name();
  m_cluster->call("POST", path_of(name, "/_refresh"), {}, "refreshing " + name);
  put_settings(name, definition.settings_after_load(), "putting the settings of " + name + " back");
}

// What the stream's template says is what the indices behind it get back.
void RestoreWork::finish_stream(const ArchivedUnit& unit) {
  m_cluster->call("POST", path_of(unit.name, "/_refresh"), {}, "refreshing " + unit.name);
  const auto simulated =
      m_cluster->call("POST", "/_index_template/_simulate_index" + path_of(unit.name), {},
                      "asking for the settings of data stream " + unit.name);
  const auto settings = find_member(member(simulated, "template"), "settings");
  put_settings(unit.name, settings_after_load(settings.value_or("{}")),
               "putting the settings of data stream " + unit.name + " back");
}

// In one call: an alias never stands on half of its indices.
void RestoreWork::put_aliases() {
  std::string actions;
  for (const auto& definition : m_definitions)
    for (const auto& action : definition.alias_actions())
      actions += (actions.empty() ? "" : ",") + action;
  if (actions.empty()) return;
  m_context.lease.check();
  m_cluster->call("POST", "/_aliases", fmt::format(R"({{"actions":[{}]}})", actions),
                  "putting the aliases back");
}

json::Value RestoreWork::finish() {
  for (const auto& definition : m_definitions) finish_index(definition);
  for (const auto& unit : m_archived.all())
    if (unit.data_stream) finish_stream(unit);
  put_aliases();
  for (const auto& definition : m_definitions)
    if (const auto blocks = definition.blocks_body(); !blocks.empty())
      put_settings(definition.name(), blocks,
                   "putting the blocks of " + definition.name() + " back");
  json::Value report;
  std::uint64_t documents = 0;
  for (const auto& unit : m_archived.all()) documents += unit.sum.count();
  report.set("indices", static_cast<std::uint64_t>(m_archived.all().size()));
  report.set("documents", documents);
  return report;
}

}  // namespace resources::elasticsearch
