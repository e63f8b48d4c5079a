#include "environment/environment.hpp"

#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"

using Catch::Matchers::Contains;
using core::ExitCode;

namespace {

class Folder {
 public:
  Folder()
      : m_path(std::filesystem::temp_directory_path() / ("environment-" + core::random_hex(6))) {
    std::filesystem::create_directories(m_path);
  }
  ~Folder() { std::filesystem::remove_all(m_path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (m_path / name).string(); }

 private:
  std::filesystem::path m_path;
};

const std::string kHead =
    R"("name":"athena-test","archive_folder":"/srv/archives","state_folder":"/srv/state")";

environment::Environment load_text(const std::string& text) {
  const Folder folder;
  core::write_file_atomically(folder / "environment.json", text);
  return environment::load(folder / "environment.json");
}

environment::Environment load_resources(const std::string& resources) {
  return load_text("{" + kHead + R"(,"resources":{)" + resources + "}}");
}

core::Error error_of(const std::string& text) {
  try {
    load_text(text);
  } catch (const core::Error& error) {
    return error;
  }
  return {ExitCode::kOk, "no error"};
}

// Every violation, one per line, without the file's name.
std::string violations(const std::string& resources) {
  const core::Error error = error_of("{" + kHead + R"(,"resources":{)" + resources + "}}");
  CHECK(error.code() == ExitCode::kConfiguration);
  const std::string text = error.what();
  return text.substr(text.find('\n') + 1);
}

const json::Value& section(const environment::Environment& loaded, const std::string& name) {
  for (const auto& [key, value] : loaded.resources)
    if (key == name) return value;
  throw std::runtime_error("no section " + name);
}

}  // namespace

TEST_CASE("the commented example is a valid environment") {
  const auto loaded = environment::load(SOURCE_FOLDER "/docs/environment.example.json");
  CHECK(loaded.name == "athena-production");
  REQUIRE(loaded.resources.size() == 6);
  CHECK(loaded.resources.front().first == "config_local");
  CHECK(loaded.resources.back().first == "firebase");
  CHECK(loaded.retention.keep_monthly == 12);
  CHECK(loaded.maintenance.quiesce_command.front() == "docker");
  CHECK(loaded.state_file() == "/var/lib/environment-backup/athena-production.sqlite");
}

TEST_CASE("what is left out has its default") {
  const auto loaded = load_resources(
      R"("mysql":{"user":"b","databases":["a"],"tls":{}},"deployment":{"path":"/d"})");
  CHECK(loaded.workers == 0);
  CHECK(loaded.memory_bytes == 128 << 20);
  CHECK(loaded.takeover_after_minutes == 30);
  CHECK(loaded.maintenance.probe_timeout_seconds == 30);
  CHECK(loaded.retention.keep_days == 60);
  CHECK(loaded.retention.min_verified == 3);
  const auto& mysql = section(loaded, "mysql");
  CHECK(mysql.at("port") == json::Value(3306));
  CHECK(mysql.at("host") == json::Value("127.0.0.1"));
  CHECK(mysql.at("tls").at("mode") == json::Value("preferred"));
  CHECK(mysql.at("non_transactional") == json::Value("lock"));
  CHECK(section(loaded, "deployment").at("fetch") == json::Value(true));
  CHECK_FALSE(loaded.document.at("resources").at("mysql").contains("port"));
}

TEST_CASE("a violation names its place") {
  CHECK(violations(R"("mysql":{"user":"b","databases":["a"],"port":"3306"})") ==
        "  /resources/mysql/port: must be integer");
  CHECK(violations(R"("mysql":{"user":"b","databases":["a"],"prot":3306})") ==
        "  /resources/mysql/prot: is not a known key; did you mean port?");
  CHECK(violations(R"("mysql":{"user":"b"})") == "  /resources/mysql/databases: is missing");
  CHECK(violations(R"("mysql":{"user":"b","databases":[]})") ==
        "  /resources/mysql/databases: must not be empty");
  CHECK(violations(R"("mysql":{"user":"b","databases":["a"],"port":70000})") ==
        "  /resources/mysql/port: must be at most 65535");
  CHECK(violations(R"("config_local":{"path":"config"})") ==
        "  /resources/config_local/path: must be an absolute path");
  CHECK(violations(R"("elasticsearch":{"urls":["http://u:p@host"]})") ==
        "  /resources/elasticsearch/urls/0: must be an http:// or https:// URL without user and "
        "password in it");
  CHECK(violations(R"("elasticsearch":{"urls":["http://h"],"method":"copy"})") ==
        "  /resources/elasticsearch/method: must be one of export, snapshot");
  CHECK(violations(R"("mysq":{})") == "  /resources/mysq: is not a known key; did you mean mysql?");
  CHECK(violations("") == "  /resources: must have at least 1 key");
}

TEST_CASE("all violations are told at once") {
  CHECK(violations(R"("mysql":{"user":7,"port":0},"elasticsearch":{"url":"x"})") ==
        "  /resources/mysql/user: must be string\n"
        "  /resources/mysql/port: must be at least 1\n"
        "  /resources/mysql/databases: is missing\n"
        "  /resources/elasticsearch/url: is not a known key; did you mean urls?\n"
        "  /resources/elasticsearch/urls: is missing");
}

TEST_CASE("a secret written into the file is refused and never printed") {
  for (const char* secret : {R"("hunter2")", R"({"enw":"hunter2"})", R"({"env":"hunter2 !"})",
                             R"({"env":"A","file":"hunter2"})", R"(["hunter2"])"}) {
    const std::string text = violations(R"("mysql":{"user":"b","databases":["a"],"password":)" +
                                        std::string(secret) + "}");
    CAPTURE(text);
    CHECK_THAT(text, Contains("/resources/mysql/password"));
    CHECK_THAT(text, !Contains("hunter2"));
  }
  CHECK(violations(R"("mysql":{"user":"b","databases":["a"],"password":"hunter2"})") ==
        "  /resources/mysql/password: must be a reference, {\"env\": \"NAME\"} or {\"file\": "
        "\"/path\"}: a secret never stands in this file");
}

TEST_CASE("keys that need one another are refused when one is missing") {
  CHECK_THAT(violations(R"("images":{})"), Contains("compose_file or env_file is missing"));
  CHECK_THAT(violations(R"("images":{"env_file":"/e","registry":{"auth":"basic"}})"),
             Contains("/resources/images/registry: auth basic needs username and password"));
  CHECK_THAT(violations(R"("images":{"env_file":"/e","registry":{"auth":"ecr"}})"),
             Contains("needs region"));
  CHECK_THAT(violations(R"("mysql":{"user":"b","databases":["a"],"definer":"replace"})"),
             Contains("replace_definer_with"));
  CHECK_THAT(violations(R"("mysql":{"user":"b","databases":["a","sys"]})"),
             Contains("/resources/mysql/databases/1: is a schema of the server itself"));
  CHECK_THAT(violations(R"("elasticsearch":{"urls":["http://h"],"username":"u"})"),
             Contains("username and password"));
}

TEST_CASE("firebase names its roots, its rights and at least one part") {
  const auto refusal = [](const std::string& rest) {
    return violations(R"("firebase":{"project":"demo",)" + rest + "}");
  };
  CHECK_THAT(refusal(R"("credentials":{"env":"K"})"),
             Contains("/resources/firebase: needs realtime, firestore or auth"));
  CHECK_THAT(refusal(R"("auth":{"hash_parameters":{"env":"H"}})"),
             Contains("/resources/firebase: give either credentials or emulator"));
  CHECK_THAT(refusal(R"("emulator":true,"auth":{"hash_parameters":{"env":"H"}})"),
             Contains("/resources/firebase/auth: needs the endpoint of the emulator"));
  CHECK_THAT(refusal(R"("firestore":{"databases":[{"id":"second"}]})"),
             Contains("/resources/firebase/firestore/databases/0/collections: is missing"));
  for (const std::string path : {"a/b", "/a", "a/b/"})
    CHECK_THAT(refusal(R"("firestore":{"databases":[{"collections":[")" + path + R"("]}]})"),
               Contains("/collections/0: must be the path of a collection"));
  const auto collections = [&](const std::string& list) {
    return refusal(R"("credentials":{"file":"/k"},"firestore":{"databases":[)" + list + "]}");
  };
  CHECK_THAT(collections(R"({"collections":["*","a"]})"),
             Contains("/databases/0/collections: \"*\" is the whole database: name nothing else"));
  CHECK_THAT(collections(R"({"collections":["a/b/c","a"]})"),
             Contains("/databases/0/collections: a/b/c lies below a"));
  CHECK_THAT(collections(R"({"collections":["a"]},{"collections":["b"]})"),
             Contains("/databases/1: the database (default) stands here already"));
  const auto loaded = load_resources(
      R"("firebase":{"project":"demo","credentials":{"file":"/k"},"firestore":{"databases":[)"
      R"({"collections":["*"]},{"id":"second","collections":["a","b/x/c"]}]}})");
  CHECK(section(loaded, "firebase").at("firestore").at("endpoint") ==
        json::Value("https://firestore.googleapis.com"));
}

TEST_CASE("archives and state may not lie inside a resource, by real paths") {
  const Folder folder;
  std::filesystem::create_directories(folder / "config/archives");
  std::filesystem::create_directory_symlink(folder / "config/archives", folder / "link");
  const auto text = [&](const std::string& archives, const std::string& state) {
    return R"({"name":"a","archive_folder":")" + archives + R"(","state_folder":")" + state +
           R"(","resources":{"config_local":{"path":")" + (folder / "config") + "\"}}}";
  };
  CHECK_NOTHROW(load_text(text(folder / "config-archives", folder / "state")));
  for (const std::string& inside : {folder / "config", folder / "config/", folder / "link",
                                    folder / "link/deeper", folder / "other/../config/new"}) {
    CAPTURE(inside);
    CHECK_THAT(error_of(text(inside, folder / "state")).what(),
               Contains("/archive_folder: lies inside config_local"));
    CHECK_THAT(error_of(text(folder / "archives", inside)).what(),
               Contains("/state_folder: lies inside config_local"));
  }
}

TEST_CASE("broken JSON is named with its line, and a missing file says what to give") {
  const auto broken = error_of("{\n  \"name\": \"a\",\n  oops\n}");
  CHECK(broken.code() == ExitCode::kConfiguration);
  CHECK_THAT(broken.what(), Contains("(line 3)"));
  try {
    environment::load("/nowhere/environment.json");
    FAIL("loaded");
  } catch (const core::Error& error) {
    CHECK(error.code() == ExitCode::kConfiguration);
    CHECK_THAT(error.hint(), Contains("--environment"));
  }
}

TEST_CASE("an environment is located by file, or by name in the configuration folder") {
  CHECK(environment::locate("/x/y.json", "ignored") == "/x/y.json");
  unsetenv("ENVIRONMENT_BACKUP_CONFIG_DIR");
  CHECK(environment::locate("", "athena-test") ==
        "/etc/environment-backup/athena-test/environment.json");
  setenv("ENVIRONMENT_BACKUP_CONFIG_DIR", "/conf", 1);
  CHECK(environment::locate("", "athena-test") == "/conf/athena-test/environment.json");
  unsetenv("ENVIRONMENT_BACKUP_CONFIG_DIR");
  for (const char* name : {"", "../etc", "A", "a/b"})
    CHECK_THROWS_AS(environment::locate("", name), core::Error);
}

TEST_CASE("a secret comes from the environment or from a file, without its last newline") {
  const Folder folder;
  setenv("SECRET_OF_TEST", "hunter2", 1);
  core::write_file_atomically(folder / "secret", "two\nlines\n\n");
  const auto reference = [](const char* key, const std::string& value) {
    json::Value object;
    object.set(key, value);
    return object;
  };
  CHECK(environment::resolve_secret(reference("env", "SECRET_OF_TEST")) == "hunter2");
  CHECK(environment::resolve_secret(reference("file", folder / "secret")) == "two\nlines\n");
  unsetenv("SECRET_OF_TEST");
  CHECK_THROWS_WITH(environment::resolve_secret(reference("env", "SECRET_OF_TEST")),
                    Contains("SECRET_OF_TEST is not set"));
  CHECK_THROWS_WITH(environment::resolve_secret(reference("file", folder / "none")),
                    Contains("secret file"));
  CHECK_THROWS_AS(environment::resolve_secret(json::Value("hunter2")), core::Error);
}

TEST_CASE(
    "the admin interface may lie neither in a resource nor on the site that maintenance closes") {
  const auto text = [](const std::string& admin) {
    return R"({"name":"a","archive_folder":"/a","state_folder":"/s","maintenance":{)"
           R"("probe_url":"http://site.example/page"},"admin":)" +
           admin + R"(,"resources":{"config_local":{"path":"/c"}}})";
  };
  CHECK_NOTHROW(
      load_text(text(R"({"data_folder":"/var/lib/admin","url":"https://admin.example"})")));
  CHECK_THAT(error_of(text(R"({"data_folder":"/c/admin"})")).what(),
             Contains("/admin/data_folder: lies inside config_local"));
  CHECK_THAT(error_of(text(R"({"url":"http://site.example/admin"})")).what(),
             Contains("/admin/url: is the site that maintenance closes"));
}
