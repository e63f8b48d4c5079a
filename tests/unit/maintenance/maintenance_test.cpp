#include "maintenance/maintenance.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/unique_fd.hpp"
#include "tests/support/scripted_server.hpp"

namespace fs = std::filesystem;

namespace {
// A folder with a flag file's place in it, and a site that is closed while the flag is there.
struct Site {
  Site() { fs::create_directories(folder); }
  ~Site() { fs::remove_all(folder); }

  fs::path folder = fs::temp_directory_path() / ("eb-maintenance-" + core::random_hex(6));
  fs::path flag = folder / "maintenance.flag";
  std::atomic<bool> looks_at_flag{true};
  support::ScriptedServer server{[this](const support::Seen&) {
    return support::answer(looks_at_flag && fs::exists(flag) ? 503 : 200);
  }};
  core::CancelToken cancel;
  environment::Maintenance settings;

  void use_flag() { settings.flag_file = flag; }
  void use_probe() {
    settings.probe_url = server.url() + "/";
    settings.probe_timeout_seconds = 0;
  }
  std::vector<std::string> note(const std::string& word) const {
    return {"sh", "-c", "echo " + word + " >> " + (folder / "notes").string()};
  }
  std::string notes() const { return core::read_file(folder / "notes"); }
};
}  // namespace

TEST_CASE("the flag file is whole, readable by the web server and names who and when") {
  Site site;
  site.use_flag();
  maintenance::Switch door(site.settings, site.cancel);
  CHECK_FALSE(door.is_on());
  const auto old_mask = ::umask(077);
  door.turn_on("backup\nforged line");
  ::umask(old_mask);
  CHECK(door.is_on());
  struct stat entry {};
  REQUIRE(::stat(site.flag.c_str(), &entry) == 0);
  CHECK((entry.st_mode & 07777) == 0644);
  const auto text = core::read_file(site.flag);
  CHECK_THAT(text, Catch::Matches(R"(maintenance since 20.*Z by backup forged line\n)"));
  CHECK(std::distance(fs::directory_iterator(site.folder), {}) == 1);
}

TEST_CASE("turning on twice keeps the first text, turning off twice is fine") {
  Site site;
  site.use_flag();
  maintenance::Switch door(site.settings, site.cancel);
  door.turn_on("first");
  door.turn_on("second");
  CHECK_THAT(core::read_file(site.flag), Catch::Contains("by first"));
  door.turn_off();
  door.turn_off();
  CHECK_FALSE(fs::exists(site.flag));
}

TEST_CASE("a flag that the web server ignores is not maintenance") {
  Site site;
  site.use_flag();
  site.use_probe();
  site.looks_at_flag = false;
  maintenance::Switch door(site.settings, site.cancel);
  CHECK_THROWS_WITH(door.turn_on("x"), Catch::Contains("maintenance is not on") &&
                                           Catch::Contains("answers 200 after 0 s"));
  CHECK(door.is_flagged());
  CHECK_FALSE(door.is_on());
  CHECK_THAT(door.status().problem, Catch::Contains("answered") || Catch::Contains("answers 200"));
  site.looks_at_flag = true;
  door.turn_on("x");
  CHECK(door.status().probe_status == 503);
  CHECK(door.is_on());
}

TEST_CASE("a 503 without the flag is not our maintenance, and off waits until it ends") {
  Site site;
  site.use_probe();
  site.settings.flag_file = site.folder / "other.flag";
  std::ofstream(site.flag) << "closed by somebody else";
  maintenance::Switch door(site.settings, site.cancel);
  CHECK_FALSE(door.is_on());
  CHECK_THROWS_WITH(door.turn_off(), Catch::Contains("maintenance is not off"));
  fs::remove(site.flag);
  door.turn_off();
}

TEST_CASE("without a flag file the probe alone tells, and commands do the work") {
  Site site;
  site.use_probe();
  site.settings.probe_timeout_seconds = 5;
  site.settings.on_command = {"touch", site.flag};
  site.settings.off_command = {"rm", site.flag};
  maintenance::Switch door(site.settings, site.cancel);
  CHECK_FALSE(door.is_flagged());
  door.turn_on("x");
  CHECK(door.is_flagged());
  CHECK(door.is_on());
  door.turn_off();
  CHECK_FALSE(door.is_flagged());
}

TEST_CASE("writers stop after users are out and start before users are back") {
  Site site;
  site.use_flag();
  site.settings.on_command = site.note("on");
  site.settings.off_command = site.note("off");
  site.settings.quiesce_command = site.note("quiesce");
  site.settings.resume_command = site.note("resume");
  maintenance::Switch door(site.settings, site.cancel);
  door.turn_on("x");
  door.return_to(false);
  CHECK(site.notes() == "on\nquiesce\nresume\noff\n");
  CHECK_FALSE(fs::exists(site.flag));
}

TEST_CASE("maintenance that somebody else had on stays on, only our quiesce is undone") {
  Site site;
  site.use_flag();
  site.settings.resume_command = site.note("resume");
  maintenance::Switch door(site.settings, site.cancel);
  std::ofstream(site.flag) << "by hand";
  const bool was_on = door.is_flagged();
  door.turn_on("x");
  door.return_to(was_on);
  CHECK(core::read_file(site.flag) == "by hand");
  CHECK(site.notes() == "resume\n");
}

TEST_CASE("a command that fails is named and the flag stays for the next try") {
  Site site;
  site.use_flag();
  site.settings.quiesce_command = {"sh", "-c", "echo no writers here >&2; exit 3"};
  maintenance::Switch door(site.settings, site.cancel);
  CHECK_THROWS_WITH(door.turn_on("x"), Catch::Contains("no writers here"));
  CHECK(door.is_on());
}

TEST_CASE("settings that cannot tell whether users are out are refused") {
  core::CancelToken cancel;
  environment::Maintenance nothing;
  nothing.on_command = {"true"};
  CHECK_THROWS_WITH((maintenance::Switch{nothing, cancel}),
                    Catch::Contains("neither flag_file nor probe_url"));
  environment::Maintenance tls;
  tls.probe_url = "https://athena.example/";
  CHECK_THROWS_AS((maintenance::Switch{tls, cancel}), core::Error);
}

TEST_CASE("what could not be turned is known before it has to be") {
  Site site;
  site.use_flag();
  maintenance::Switch(site.settings, site.cancel).check_rights();
  site.settings.resume_command = {"no-slash-is-looked-up-later"};
  maintenance::Switch(site.settings, site.cancel).check_rights();
  site.settings.resume_command = {site.folder / "missing"};
  CHECK_THROWS_WITH(maintenance::Switch(site.settings, site.cancel).check_rights(),
                    Catch::Contains("cannot run") && Catch::Contains("missing"));
  site.settings.resume_command = {};
  site.settings.flag_file = site.folder / "no" / "such" / "maintenance.flag";
  CHECK_THROWS_WITH(maintenance::Switch(site.settings, site.cancel).check_rights(),
                    Catch::Contains("cannot be created and removed"));
}
