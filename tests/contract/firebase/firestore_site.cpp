#include "firestore_site.hpp"

#include <cstdlib>
#include <iostream>

#include "archive/archive_writer.hpp"
#include "core/clock.hpp"
#include "core/ids.hpp"
#include "resources/firebase/project.hpp"

namespace firebase_test {

using resources::firebase::Document;
using resources::firebase::FirebaseResource;

namespace {

json::Value section_of(const std::string& url) {
  auto section = json::parse(
      R"({"emulator":true,"firestore":{"databases":[{"collections":["*"]}]}})", "section");
  section.set("project", "demo-" + core::random_hex(6));
  section.find("firestore")->set("endpoint", url);
  return section;
}

std::shared_ptr<google::Service> service_of(const std::string& url,
                                            const core::CancelToken& cancel) {
  return std::make_shared<google::Service>(google::ServiceOptions{"firestore", url},
                                           std::make_shared<google::AccessTokens>(), cancel);
}

}  // namespace

std::optional<std::string> emulator() {
  if (const char* url = std::getenv("TEST_FIRESTORE_URL")) return url;
  const char* reason = std::getenv("TEST_FIRESTORE_SKIPPED");
  std::cout << "skipped: firestore: " << (reason == nullptr ? "it was not started" : reason)
            << "\n";
  return std::nullopt;
}

FirestoreSite::FirestoreSite(const std::string& url)
    : m_folder(std::filesystem::temp_directory_path() / ("eb-firestore-" + core::random_hex(6))),
      m_database(service_of(url, m_memory.cancel), "demo-" + core::random_hex(6), "(default)"),
      m_settings(support::settings_of(section_of(url))) {
  m_settings.section.set("project", m_database.project());
  std::filesystem::create_directories(m_folder);
}

FirestoreSite::~FirestoreSite() {
  std::filesystem::remove_all(m_folder);
}

void FirestoreSite::write(const std::string& path, int value) {
  m_database.write({R"({"update":{"name":")" + m_database.root() + "/" + path +
                    R"(","fields":{"v":{"integerValue":")" + std::to_string(value) + R"("}}}})"});
}

void FirestoreSite::remove(const std::string& path) {
  m_database.write({R"({"delete":")" + m_database.root() + "/" + path + R"("})"});
}

std::string FirestoreSite::documents() {
  std::string found;
  const auto take = [&](const Document& document) {
    const auto fields = json::parse(document.fields, "fields");
    if (!found.empty()) found += ' ';
    found += name_of(document).substr(m_database.root().size() + 1) + "=" +
             fields.at("v").get_string("integerValue");
  };
  for (const auto& collection : m_database.collections(m_database.now()))
    m_database.read(collection, {}, take);
  return found;
}

void FirestoreSite::publish_at(const std::string& document) {
  m_settings.publish = json::parse(R"({"firestore":{}})", "publish");
  m_settings.publish.find("firestore")->set("document", document);
}

FirebaseResource FirestoreSite::resource() const {
  return FirebaseResource(m_settings);
}

void FirestoreSite::configure(const std::vector<std::string>& collections) {
  json::Value list = json::Value::array();
  for (const auto& collection : collections) list.push_back(collection);
  auto& databases = *m_settings.section.find("firestore")->find("databases");
  databases.as_array().front().set("collections", std::move(list));
}

resources::PreflightReport FirestoreSite::preflight_backup() {
  return resource().preflight_backup(m_memory.context);
}

resources::PreflightReport FirestoreSite::preflight_restore(const archive::ArchiveReader& archive) {
  return resource().preflight_restore(archive, m_memory.context);
}

archive::ArchiveReader FirestoreSite::capture(const std::function<void()>& meanwhile) {
  const auto now = core::system_clock().now_ms();
  archive::Manifest manifest;
  manifest.environment = "test";
  manifest.kind = "backup";
  manifest.backup_id = core::make_backup_id("test", now);
  manifest.created_at = core::to_iso8601(now);
  archive::ArchiveWriter writer(m_folder, manifest.backup_id);
  archive::ResourceEntry entry;
  entry.name = resources::firebase::kResource;
  auto work = resource().open(writer, m_memory.context);
  if (meanwhile) meanwhile();
  entry.detail = support::run_work(std::move(work), m_memory.context);
  manifest.resources.push_back(std::move(entry));
  return archive::ArchiveReader(writer.finish(std::move(manifest)).path);
}

std::vector<std::string> FirestoreSite::destroy(const archive::ArchiveReader& archive) {
  m_memory.journal.clear(resources::firebase::kResource, {});
  return resource().destroy(archive, m_memory.context);
}

void FirestoreSite::restore(const archive::ArchiveReader& archive) {
  auto restored = resource();
  support::restore(restored, archive, m_memory.context);
}

std::string FirestoreSite::prove(const archive::ArchiveReader& archive) {
  auto proved = resource();
  return support::text_of(support::prove(proved, archive, m_memory.context));
}

}  // namespace firebase_test
