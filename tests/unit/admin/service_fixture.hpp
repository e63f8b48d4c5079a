#pragma once
// The service without sockets: a folder, a clock that tests move, a view, a Jenkins that answers as
// a test says.

#include <atomic>
#include <filesystem>
#include <string>

#include "admin/web/router.hpp"
#include "core/atomic_file.hpp"
#include "core/ids.hpp"
#include "json/value.hpp"
#include "tests/support/scripted_server.hpp"

namespace admin_test {

class MovedClock final : public core::Clock {
 public:
  std::atomic<std::int64_t> now = 1'795'404'600'000;  // 2026-11-23T03:30:00Z
  std::int64_t now_ms() const override { return now; }
  std::int64_t boottime_ms() const override { return now; }
  std::string boot_id() const override { return "boot"; }
};

class Folder {
 public:
  Folder() : m_path(std::filesystem::temp_directory_path() / ("admin-" + core::random_hex(6))) {
    std::filesystem::create_directories(m_path);
  }
  ~Folder() { std::filesystem::remove_all(m_path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (m_path / name).string(); }
  std::string path() const { return m_path.string(); }

 private:
  std::filesystem::path m_path;
};

inline const char* const kArchive = "athena-20261122T223000Z-0000aa";
inline const char* const kPassword = "correct horse battery";

inline std::string sample_view() {
  return R"view({"view_format":1,"environment":"athena","revision":3,"published_at":"2026-11-23T03:29:00Z",
    "state":"live","maintenance":"off","message":"","way_out":"","restoring_from":"","safety_archive":"",
    "operation":null,"last_operation":null,"last_restore":null,
    "now":{"as_of":"2026-11-22T22:30:00Z","source":"x","resources":[
      {"name":"mysql","absent":null,"rows":1200,"plain_bytes":5000,"stored_bytes":900,
       "summary":{"databases":["athena-server","oauth2-users"],"tables":9}},
      {"name":"deployment","absent":null,"rows":0,"plain_bytes":1,"stored_bytes":1,
       "summary":{"hash":"bbbb","branch":"main"}}]},
    "retention":{"keep_days":60},"storage":{"archives_bytes":10,"free_bytes":90,"folder":"/a"},
    "archives":[{"backup_id":"athena-20261122T223000Z-0000aa","kind":"backup","status":"complete",
      "description":"<script>alert(1)</script>","requested_by":"ada",
      "created_at":"2026-11-22T22:30:00Z","completed_at":"2026-11-22T22:31:00Z",
      "verified_at":"2026-11-22T22:32:00Z","duration_seconds":60,"size_bytes":4096,"pinned":null,
      "damage":"","anchored":true,"prune":{"keep":true,"reason":"younger than 60 days","next":false},
      "resources":[{"name":"mysql","absent":null,"rows":1000,"plain_bytes":4000,"stored_bytes":800,
        "summary":{"databases":["athena-server","oauth2-users"],"tables":9}},
       {"name":"deployment","absent":null,"rows":0,"plain_bytes":1,"stored_bytes":1,
        "summary":{"hash":"aaaa","branch":"main"}}]}]})view";
}

class Site {
 public:
  explicit Site(support::ScriptedServer::Handler jenkins, const std::string& view = sample_view())
      : jenkins_server(std::move(jenkins)), m_services(settings(view), clock), router(m_services) {
    add_account("ada", admin::Role::kOperator);
    add_account("vic", admin::Role::kViewer);
  }

  admin::Ask ask(const std::string& method, const std::string& path) const {
    admin::Ask ask;
    ask.method = method;
    ask.path = path;
    ask.peer = "127.0.0.1";
    ask.headers = {{"x-admin-proxy", "0123456789abcdef"},
                   {"x-real-ip", "10.0.0.7"},
                   {"host", "admin.example"}};
    if (!cookie.empty()) ask.headers.emplace_back("cookie", "__Host-athena-session=" + cookie);
    return ask;
  }
  admin::Answer get(const std::string& path) { return router.answer(ask("GET", path)); }
  // With the form's token, as the page shows it.
  admin::Answer post(const std::string& path, admin::Fields form) {
    auto request = ask("POST", path);
    form["form_token"] = m_services.form_tokens.token_for(cookie);
    request.form = std::move(form);
    return router.answer(request);
  }
  admin::Answer login(const std::string& user, const std::string& password,
                      const std::string& address = "10.0.0.7", const std::string& device = "") {
    auto request = ask("POST", "/login");
    request.headers = {{"x-admin-proxy", "0123456789abcdef"},
                       {"x-real-ip", address},
                       {"host", "admin.example"},
                       {"cookie", "__Host-athena-login=" + std::string(64, 'a') +
                                      "; __Host-athena-device=" + device}};
    request.form = {{"form_token", m_services.form_tokens.token_for(std::string(64, 'a'))},
                    {"user", user},
                    {"password", password}};
    return router.answer(request);
  }
  void sign_in(const std::string& user) {
    const auto account = m_services.accounts.find(user);
    cookie = m_services.sessions.begin(user, account->role, false);
  }
  void add_account(const std::string& name, admin::Role role) {
    m_services.accounts.add({name, role, password_hash(), false, clock.now});
  }
  admin::Services& services() { return m_services; }

  static std::string header(const admin::Answer& answer, const std::string& name) {
    for (const auto& [known, value] : answer.headers)
      if (known == name) return value;
    return "";
  }

  // The value of a cookie that an answer sets.
  static std::string cookie_of(const admin::Answer& answer, const std::string& name) {
    for (const auto& [known, value] : answer.headers)
      if (known == "Set-Cookie" && value.rfind(name + "=", 0) == 0)
        return value.substr(name.size() + 1, value.find(';') - name.size() - 1);
    return "";
  }

  Folder folder;
  MovedClock clock;
  support::ScriptedServer jenkins_server;
  std::string cookie;

 private:
  // made once: each takes long
  static const std::string& password_hash() {
    static const std::string hash = admin::hash_password(kPassword);
    return hash;
  }
  admin::Settings settings(const std::string& view) const {
    core::write_file_atomically(folder / "view.json", view);
    admin::Settings settings;
    settings.public_url = "https://admin.example";
    settings.data_folder = folder / "data";
    settings.environments = {{"athena", folder / "view.json", "", ""}};
    settings.jenkins.url = jenkins_server.url();
    settings.jenkins.user = "athena-admin";
    settings.jenkins.token = "token";
    settings.jenkins.timeout_seconds = 2;
    settings.proxy.secret = "0123456789abcdef";
    return settings;
  }

  admin::Services m_services;

 public:
  admin::Router router;
};

inline support::Answer no_jenkins(const support::Seen&) {
  return support::answer(500);
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// POSTs that asked for a build.
inline int triggers(const Site& site) {
  int count = 0;
  for (const auto& seen : site.jenkins_server.seen()) count += seen.method == "POST" ? 1 : 0;
  return count;
}

inline std::string trigger_body(const Site& site) {
  for (const auto& seen : site.jenkins_server.seen())
    if (seen.method == "POST") return seen.body;
  return "";
}

inline support::ScriptedServer::Handler jenkins(const std::string& item,
                                                const std::string& build = "") {
  return [=](const support::Seen& seen) {
    if (seen.method == "POST")
      return support::answer(201, "", "Location: http://j/queue/item/7/\r\n");
    if (holds(seen.target, "/queue/item/7/"))
      return item.empty() ? support::answer(404) : support::answer(200, item);
    return support::answer(200, build);
  };
}

// Looks until the request is in a state; the service's own thread looks too.
inline admin::JobRequest followed(Site& site, const std::string& id, admin::RequestState state) {
  for (int i = 0; i < 1000; ++i) {
    site.services().follower.look();
    const auto request = *site.services().requests.find(id);
    if (request.state == state) return request;
    core::CancelToken().sleep_ms(20);
  }
  return *site.services().requests.find(id);
}

// Looks until the request's page says a text; a look that meets the service's own leaves it to
// that.
inline bool told(Site& site, const std::string& id, const std::string& text) {
  for (int i = 0; i < 1000; ++i) {
    site.services().follower.look();
    if (holds(site.get("/athena/requests/" + id).body, text)) return true;
    core::CancelToken().sleep_ms(20);
  }
  return false;
}

}  // namespace admin_test
