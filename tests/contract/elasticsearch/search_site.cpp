#include "tests/contract/elasticsearch/search_site.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <catch2/catch.hpp>

#include "core/ids.hpp"
#include "http/client.hpp"
#include "resources/elasticsearch/hit_stream.hpp"

namespace search_test {

namespace {

std::string from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

}  // namespace

bool SearchSite::available(const std::string& name) {
  if (!from_environment("TEST_" + name + "_URL").empty()) return true;
  std::cout << "skipped: TEST_" << name << "_URL is not set "
            << from_environment("TEST_" + name + "_SKIPPED") << std::endl;
  return false;
}

SearchSite::SearchSite(const std::string& name)
    : m_name(name),
      m_url(from_environment("TEST_" + name + "_URL")),
      m_repository(from_environment("TEST_" + name + "_REPOSITORY")),
      m_folder(std::filesystem::temp_directory_path() / ("eb-search-" + core::random_hex(6))) {
  std::filesystem::create_directory(m_folder);
  json::Value urls = json::Value::array();
  urls.push_back(m_url);
  section.set("urls", std::move(urls));
  clean();
}

SearchSite::~SearchSite() {
  std::error_code ignored;
  std::filesystem::remove_all(m_folder, ignored);
}

void SearchSite::clean() const {
  if (is_opensearch()) {
    call("DELETE", "/_data_stream/*");
    call("DELETE", "/_search/point_in_time/_all");
  }
  const auto rows =
      json::parse(must("GET", "/_cat/indices?format=json&expand_wildcards=all&h=index"), "indices");
  for (const auto& row : rows.as_array()) {
    const auto name = "/" + http::encode_part(row.get_string("index"));
    call("PUT", name + "/_settings", R"({"index.blocks.read_only":null})");
    call("DELETE", name);
  }
  call("DELETE", "/_index_template/*");
  call("DELETE", "/_component_template/*");
  call("DELETE", "/_template/*");
  call("DELETE", "/_ingest/pipeline/*");
  const std::string ours = R"({"action.*":null,"cluster.*":null})";
  call("PUT", "/_cluster/settings", R"({"persistent":)" + ours + R"(,"transient":)" + ours + "}");
}

std::pair<int, std::string> SearchSite::call(const std::string& method, const std::string& path,
                                             const std::string& body) const {
  http::Client client({"test", {m_url}, http::NoAuth{}, {}, {}, {}}, memory.cancel);
  http::Request request;
  request.method = method;
  request.url = path;
  request.body = body;
  const bool lines = path.find("_bulk") != std::string::npos;
  if (!body.empty())
    request.headers.emplace_back("Content-Type",
                                 lines ? "application/x-ndjson" : "application/json");
  auto response = client.send(request);
  return {response.status, std::move(response.body)};
}

std::string SearchSite::must(const std::string& method, const std::string& path,
                             const std::string& body) const {
  auto [status, answer] = call(method, path, body);
  INFO(method << " " << path << ": " << answer.substr(0, 500));
  REQUIRE(status / 100 == 2);
  return answer;
}

void SearchSite::index(const std::string& name, const std::string& body) const {
  must("PUT", "/" + http::encode_part(name), body);
}

void SearchSite::put(const std::string& index, const std::string& encoded_id,
                     const std::string& source, const std::string& options) const {
  must("PUT", "/" + http::encode_part(index) + "/_doc/" + encoded_id + options, source);
}

void SearchSite::fill(const std::string& index, int count, const std::string& extra) const {
  const auto path = "/" + http::encode_part(index) + "/_bulk?refresh=true&filter_path=errors";
  for (int at = 0; at < count; at += 20'000) {
    std::string body;
    for (int i = at; i < std::min(count, at + 20'000); ++i)
      body += "{\"index\":{\"_id\":\"d" + std::to_string(i) + "\"}}\n{\"n\":" + std::to_string(i) +
              extra + "}\n";
    REQUIRE(must("POST", path, body) == R"({"errors":false})");
  }
}

std::map<std::string, std::string> SearchSite::documents(const std::string& index) const {
  std::map<std::string, std::string> found;
  must("POST", "/" + http::encode_part(index) + "/_refresh");
  const auto answer = must("GET", "/" + http::encode_part(index) + "/_search?size=10000");
  resources::elasticsearch::HitStream hits([&](const resources::elasticsearch::Hit& hit) {
    found[resources::elasticsearch::decode_string(hit.id)] = std::string(hit.source);
  });
  hits.feed(answer);
  hits.finish();
  return found;
}

std::uint64_t SearchSite::count(const std::string& index) const {
  must("POST", "/" + http::encode_part(index) + "/_refresh");
  return json::parse(must("GET", "/" + http::encode_part(index) + "/_count"), "count")
      .get_uint("count");
}

std::unique_ptr<resources::elasticsearch::ElasticsearchResource> SearchSite::resource() const {
  return std::make_unique<resources::elasticsearch::ElasticsearchResource>(
      support::settings_of(section));
}

resources::PreflightReport SearchSite::preflight_backup() {
  return resource()->preflight_backup(memory.context);
}

resources::PreflightReport SearchSite::preflight_restore(const archive::ArchiveReader& archive) {
  return resource()->preflight_restore(archive, memory.context);
}

archive::ArchiveReader SearchSite::capture(const std::function<void()>& opened) {
  return archive::ArchiveReader(
      support::capture(*resource(), m_folder, memory.context, support::kWorkers, opened));
}

std::vector<std::string> SearchSite::destroy(const archive::ArchiveReader& archive) {
  memory.journal.clear("elasticsearch", {});
  return resource()->destroy(archive, memory.context);
}

void SearchSite::restore(const archive::ArchiveReader& archive) {
  support::restore(*resource(), archive, memory.context);
}

void SearchSite::stage(const archive::ArchiveReader& target) {
  auto& context = memory.context;
  auto beside = memory.moves.beside("elasticsearch");
  beside.staged_archive = target.manifest().backup_id;
  beside.staged_proved = false;
  memory.moves.set_beside("elasticsearch", beside);
  support::run_work(resource()->stage(target, context), context);
  const auto differences = resources::differences_from(
      support::run_work(resource()->prove_staged(target, context), context));
  INFO(text_of(differences));
  REQUIRE(differences.empty());
  beside.staged_proved = true;
  memory.moves.set_beside("elasticsearch", beside);
}

void SearchSite::move_in(const archive::ArchiveReader& target,
                         const archive::ArchiveReader& safety) {
  auto& context = memory.context;
  auto beside = memory.moves.beside("elasticsearch");
  const auto moving = resource();
  if (beside.aside_archive.empty()) moving->check_move(target, &safety, context);
  beside.aside_archive = safety.manifest().backup_id;
  memory.moves.set_beside("elasticsearch", beside);
  moving->destroy(target, context);
  restore(target);
}

void SearchSite::move_back() {
  resource()->move_back(memory.context);
  resource()->unstage(memory.context);
  memory.moves.set_beside("elasticsearch", {});
  memory.moves.forget("elasticsearch", {});
  memory.journal.clear("elasticsearch", {});
}

void SearchSite::restore_beside(const archive::ArchiveReader& target,
                                const archive::ArchiveReader& safety) {
  stage(target);
  move_in(target, safety);
  const auto differences = prove(target);
  INFO(text_of(differences));
  CHECK(differences.empty());
}

std::string SearchSite::setting(const std::string& key) const {
  const auto all = json::parse(must("GET", "/_cluster/settings?flat_settings=true"), "settings");
  const auto* value = all.at("persistent").find(key);
  return value == nullptr ? "" : value->as_string();
}

std::vector<std::string> SearchSite::beside() {
  return resource()->list_beside(memory.context);
}

std::vector<resources::Difference> SearchSite::prove(const archive::ArchiveReader& archive) {
  return support::prove(*resource(), archive, memory.context);
}

void SearchSite::put_back(const archive::ArchiveReader& archive) {
  destroy(archive);
  restore(archive);
  const auto differences = prove(archive);
  INFO(text_of(differences));
  CHECK(differences.empty());
}

}  // namespace search_test
