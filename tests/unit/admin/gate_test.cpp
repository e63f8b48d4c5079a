#include <catch2/catch.hpp>

#include "tests/unit/admin/service_fixture.hpp"

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
