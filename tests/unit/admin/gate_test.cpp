#include <catch2/catch.hpp>

#include "tests/unit/admin/service_fixture.hpp"

using admin_test::Folder;
using admin_test::holds;
using admin_test::kPassword;
using admin_test::no_jenkins;
using admin_test::Site;

TEST_CASE("a request that does not come through the proxy is refused") {
  Site site(no_jenkins);
  site.sign_in("ada");
  auto elsewhere = site.ask("GET", "/athena");
  elsewhere.peer = "10.0.0.9";
  CHECK(site.router.answer(elsewhere).status == 403);
  auto without_secret = site.ask("GET", "/athena");
  without_secret.headers.erase(without_secret.headers.begin());
  CHECK(site.router.answer(without_secret).status == 403);
  auto twice = site.ask("GET", "/athena");
  twice.headers.emplace_back("x-real-ip", "10.0.0.8");
  CHECK(site.router.answer(twice).status == 403);
  CHECK(site.get("/athena").status == 200);
}

TEST_CASE("a request for another host is refused, whoever let it through") {
  Site site(no_jenkins);
  site.sign_in("ada");
  auto asked = site.ask("GET", "/athena");
  for (const auto& [host, status] :
       std::initializer_list<std::pair<const char*, int>>{{"ADMIN.example:443", 200},
                                                          {"wiki.example", 421},
                                                          {"admin.example.evil", 421},
                                                          {"", 421}}) {
    CAPTURE(host);
    asked.headers[2].second = host;
    CHECK(site.router.answer(asked).status == status);
  }
  asked.headers.erase(asked.headers.begin() + 2);
  CHECK(site.router.answer(asked).status == 421);
}

TEST_CASE("without a session every page leads to the login, and a live part says 401") {
  Site site(no_jenkins);
  const auto page = site.get("/athena/archives");
  CHECK(page.status == 303);
  CHECK(Site::header(page, "Location") == "/login?next=%2Fathena%2Farchives");
  CHECK(site.get("/athena/live").status == 401);
}

TEST_CASE("a right password begins a session, a wrong one does not") {
  Site site(no_jenkins);
  const auto wrong = site.login("ada", "wrong");
  CHECK(wrong.status == 401);
  CHECK(holds(wrong.body, "do not belong together"));
  CHECK(site.login("nobody", "wrong").status == 401);
  const auto right = site.login("ada", kPassword);
  CHECK(right.status == 303);
  const auto cookie = Site::header(right, "Set-Cookie");
  CHECK(holds(cookie, "HttpOnly"));
  CHECK(holds(cookie, "Secure"));
  CHECK(holds(cookie, "SameSite"));
}

TEST_CASE(
    "an account is locked after five wrong passwords, even for the right one, and then opens") {
  Site site(no_jenkins);
  for (int i = 0; i < 5; ++i) site.login("ada", "wrong");
  CHECK(site.login("ada", kPassword).status == 429);
  CHECK(site.login("ada", kPassword, "10.0.0.8").status == 303);
  site.clock.now += std::int64_t{901} * 1000;
  CHECK(site.login("ada", kPassword).status == 303);
}

TEST_CASE(
    "strangers who lock an account do not lock out the device that its owner signed in from") {
  Site site(no_jenkins);
  const auto device = Site::cookie_of(site.login("ada", kPassword), "__Host-athena-device");
  REQUIRE(device.size() > 64);
  for (int i = 0; i < 50; ++i) site.login("ada", "wrong", "10.1.0." + std::to_string(i % 10 + 1));
  CHECK(site.login("ada", kPassword, "10.0.0.9").status == 429);
  CHECK(site.login("ada", kPassword, "10.0.0.9", device).status == 303);
  // a device that is made up, or is another account's, is a stranger
  CHECK(site.login("ada", kPassword, "10.0.0.9", std::string(32, 'a') + "." + std::string(64, 'b'))
            .status == 429);
  for (int i = 0; i < 50; ++i) site.login("vic", "wrong", "10.1.0." + std::to_string(i % 10 + 1));
  CHECK(site.login("vic", kPassword, "10.0.0.9", device).status == 429);
  // nor does the device let its owner guess for ever
  for (int i = 0; i < 5; ++i) site.login("ada", "wrong", "10.0.0.9", device);
  CHECK(site.login("ada", kPassword, "10.0.0.9", device).status == 429);
}

TEST_CASE("a device stays known when the service starts again") {
  Folder folder;
  const auto cookie = admin::KnownDevices(folder / "key").cookie_for("ada");
  const admin::KnownDevices again(folder / "key");
  CHECK(again.id_of(cookie, "ada").size() == 32);
  CHECK(again.id_of(cookie, "vic").empty());
  CHECK(again.id_of("", "ada").empty());
}

TEST_CASE("a new password opens an account that was locked, also from the address that locked it") {
  Site site(no_jenkins);
  for (int i = 0; i < 25; ++i) site.login(i < 5 ? "ada" : "user" + std::to_string(i), "wrong");
  CHECK(site.login("ada", kPassword).status == 429);
  site.clock.now += 1000;
  site.services().accounts.change(
      "ada", [&](admin::Account& account) { account.changed_ms = site.clock.now; });
  CHECK(site.login("ada", kPassword).status == 303);
  CHECK(site.login("vic", kPassword).status == 429);
}

TEST_CASE("common passwords are refused, however they are spelled") {
  for (const char* common :
       {"password1234", "passwordpassword", "qwertyuiop123", "123456789012", "P@ssw0rd1234",
        "iloveyou1234", "Winter2026!!!", "1q2w3e4r5t6y", "athenaathena1", "zaq12wsxcde3"}) {
    CAPTURE(common);
    CHECK(holds(admin::weakness_of(common, "bob"), "guess"));
  }
  for (const char* good : {kPassword, "kestrel orbit plum", "tr0ub4dor&3xyz"})
    CHECK(admin::weakness_of(good, "bob").empty());
}

TEST_CASE(
    "a session ends when nobody uses it, when the account is disabled or gets a new password") {
  Site site(no_jenkins);
  site.sign_in("ada");
  CHECK(site.get("/athena").status == 200);
  site.clock.now += std::int64_t{1801} * 1000;
  CHECK(site.get("/athena").status == 303);
  site.sign_in("ada");
  site.services().accounts.change("ada", [](admin::Account& account) { account.disabled = true; });
  CHECK(site.get("/athena").status == 303);
  CHECK(site.login("ada", kPassword).status == 401);
  site.sign_in("vic");
  site.services().accounts.change(
      "vic", [&](admin::Account& account) { account.changed_ms = site.clock.now + 1; });
  CHECK(site.get("/athena").status == 303);
}

TEST_CASE("a form counts only with the token of its own session and from this origin") {
  Site site(no_jenkins);
  site.sign_in("ada");
  auto forged = site.ask("POST", "/logout");
  CHECK(site.router.answer(forged).status == 403);
  forged.form["form_token"] = site.services().form_tokens.token_for("another cookie");
  CHECK(site.router.answer(forged).status == 403);
  forged.form["form_token"] = site.services().form_tokens.token_for(site.cookie);
  forged.headers.emplace_back("origin", "https://evil.example");
  CHECK(site.router.answer(forged).status == 403);
  CHECK(site.get("/athena").status == 200);
  CHECK(site.post("/logout", {}).status == 303);
  CHECK(site.get("/athena").status == 303);
}

TEST_CASE("a viewer may look but start nothing, and the attempt is in the audit trail") {
  Site site(no_jenkins);
  site.sign_in("vic");
  CHECK(site.get("/athena/archives").status == 200);
  CHECK(site.get("/audit").status == 403);
  CHECK(site.post("/athena/backup", {{"request_id", core::random_hex(16)}}).status == 403);
  CHECK_FALSE(holds(site.get("/athena").body, "Back up now"));
  CHECK(site.jenkins_server.seen().empty());
  const auto trail = site.services().audit.newest(0, 10);
  REQUIRE_FALSE(trail.empty());
  CHECK(trail.front().user == "vic");
  CHECK(holds(trail.front().result, "refused"));
}

TEST_CASE("Remote-User counts only when the proxy may sign people in") {
  Site site(no_jenkins);
  auto asked = site.ask("GET", "/athena");
  asked.headers.emplace_back("remote-user", "eve");
  asked.headers.emplace_back("remote-groups", "admins");
  CHECK(site.router.answer(asked).status == 303);
  site.services().settings.proxy.sign_in = true;
  site.services().settings.proxy.viewer_groups = {"admins"};
  CHECK(site.router.answer(asked).status == 200);
  asked.headers.back().second = "others";
  CHECK(site.router.answer(asked).status == 403);
}

TEST_CASE("polling alone neither begins nor prolongs a session of a user of the proxy") {
  Site site(no_jenkins);
  site.services().settings.proxy.sign_in = true;
  site.services().settings.proxy.viewer_groups = {"admins"};
  const auto of = [&](const char* path) {
    auto asked = site.ask("GET", path);
    asked.headers.emplace_back("remote-user", "eve");
    asked.headers.emplace_back("remote-groups", "admins");
    return site.router.answer(asked);
  };
  site.cookie = Site::cookie_of(of("/athena"), "__Host-athena-session");
  CHECK(of("/athena/live").status == 200);
  for (int i = 0; i < 19; ++i) {
    site.clock.now += 100'000;
    of("/athena/live");
  }
  CHECK(of("/athena/live").status == 401);
  CHECK(of("/athena").status == 200);
}

TEST_CASE("who signed in at the proxy signs out there too") {
  Site site(no_jenkins);
  site.services().settings.proxy.sign_in = true;
  site.services().settings.proxy.viewer_groups = {"admins"};
  site.services().settings.proxy.sign_out_url = "https://auth.example/logout";
  site.cookie = site.services().sessions.begin("eve", admin::Role::kViewer, true);
  const auto by_proxy = [&](admin::Ask asked) {
    asked.headers.emplace_back("remote-user", "eve");
    asked.headers.emplace_back("remote-groups", "admins");
    return site.router.answer(asked);
  };
  const auto page = by_proxy(site.ask("GET", "/athena"));
  CHECK(holds(page.body, "Sign out"));
  CHECK(holds(Site::header(page, "Content-Security-Policy"),
              "form-action 'self' https://auth.example;"));
  auto leaving = site.ask("POST", "/logout");
  leaving.form["form_token"] = site.services().form_tokens.token_for(site.cookie);
  CHECK(Site::header(by_proxy(leaving), "Location") == "https://auth.example/logout");
  CHECK_FALSE(site.services().sessions.find(site.cookie, false));
}

TEST_CASE("an address that is no http or https link is shown without a link") {
  auto view = admin_test::sample_view();
  const std::string none = R"("operation":null,"last_operation":null)";
  view.replace(view.find(none), none.size(),
               R"x("operation":null,"last_operation":{"id":"op-1","kind":"backup",
                  "outcome":"failed","build_url":"javascript:alert(1)"})x");
  Site site(no_jenkins, view);
  site.sign_in("ada");
  CHECK(holds(site.get("/athena").body, "The last backup failed"));
  CHECK_FALSE(holds(site.get("/athena").body, "javascript:"));
}

TEST_CASE("text from outside never becomes markup") {
  Site site(no_jenkins);
  site.sign_in("ada");
  for (const char* path : {"/athena", "/athena/archives", "/athena/history"}) {
    CAPTURE(path);
    CHECK_FALSE(holds(site.get(path).body, "<script>alert"));
  }
  const auto detail = site.get(std::string("/athena/archives/") + admin_test::kArchive);
  CHECK(holds(detail.body, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  auto searched = site.ask("GET", "/athena/archives");
  searched.query["q"] = "\"><img src=x>";
  CHECK_FALSE(holds(site.router.answer(searched).body, "<img src=x>"));
}

TEST_CASE("odd paths and text that is not UTF-8 get a plain answer") {
  Site site(no_jenkins);
  site.sign_in("ada");
  for (const char* path : {"/../etc/passwd", "/athena/../x", "/athena//archives", "/nowhere",
                           "/athena/archives/..%2f", "/assets/x/passwd", "/assets/../style.css"})
    CHECK(site.get(path).status == 404);
  CHECK(site.post("/athena/backup", {{"description", "\xff\xfe"}}).status == 400);
  CHECK(site.post("/athena/backup", {{"request_id", "../../x"}}).status == 400);
}

TEST_CASE("every answer forbids foreign scripts, frames and caches") {
  Site site(no_jenkins);
  for (const char* path : {"/login", "/health", "/nowhere"}) {
    const auto answer = site.get(path);
    CHECK(holds(Site::header(answer, "Content-Security-Policy"), "default-src 'none'"));
    CHECK(Site::header(answer, "X-Content-Type-Options") == "nosniff");
    CHECK(Site::header(answer, "Cache-Control") == "no-store");
  }
}
