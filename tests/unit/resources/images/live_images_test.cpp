#include "resources/images/live_images.hpp"

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/unique_fd.hpp"

namespace fs = std::filesystem;
using resources::images::ImageSettings;
using resources::images::LiveImages;
using resources::images::ServiceImage;

namespace {
class Files {
 public:
  Files() {
    fs::create_directories(folder);
    settings.services = {"api", "web"};
  }
  ~Files() { fs::remove_all(folder); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  void compose(const std::string& text) { settings.compose_file = write("compose.yml", text); }
  void env(const std::string& text) { settings.env_file = write(".env", text); }
  std::string read(const std::string& name) const { return core::read_file(folder / name); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  // What a restore does with an archive of these services.
  bool put_back(const std::vector<ServiceImage>& archived) const {
    LiveImages live(settings);
    bool changed = false;
    for (const auto& image : archived) changed = live.put_back(image) || changed;
    live.save();
    return changed;
  }

  fs::path folder = fs::temp_directory_path() / ("eb-images-" + core::random_hex(6));
  ImageSettings settings;
};

const std::string kCompose = R"(services:
  api:
    image: h.example/athena/api:${API_TAG}  # by release
  web:
    image: h.example/athena/web:2.0
  db:
    image: "mysql:${DB_TAG:+odd}"
)";
}  // namespace

TEST_CASE("images come from the Compose file with the variables of its .env") {
  Files files;
  files.compose(kCompose);
  files.env("SECRET=x y\nAPI_TAG=v1\n");
  const LiveImages live(files.settings);
  const auto images = live.services();
  REQUIRE(images.size() == 2);  // what db runs is not understood, and nobody's business
  CHECK(images[0].image == "h.example/athena/api:v1");
  CHECK(images[1].image == "h.example/athena/web:2.0");
  CHECK(live.env_lines() == "API_TAG=v1\n");
}

TEST_CASE("a restore changes tags and nothing else, with the mode that the files had") {
  Files files;
  files.compose(kCompose);
  files.env("# mine\nSECRET=x y\nAPI_TAG=v1\nDB_TAG=8\n");
  ::chmod(files.settings.env_file.c_str(), 0640);
  const auto archived = LiveImages(files.settings).services();
  const auto env_before = files.read(".env");

  files.env("# mine\nSECRET=x y\nAPI_TAG=v2-broken\nDB_TAG=8\n");
  auto damaged = kCompose;
  damaged.replace(damaged.find("web:2.0"), 7, "web:3.0");
  files.compose(damaged);
  CHECK(files.put_back(archived));
  CHECK(files.read(".env") == env_before);
  CHECK(files.read("compose.yml") == kCompose);
  struct stat entry {};
  ::stat(files.settings.env_file.c_str(), &entry);
  CHECK((entry.st_mode & 07777) == 0640);
  CHECK_FALSE(files.put_back(archived));
}

TEST_CASE("a link stays a link, its target is written") {
  Files files;
  files.compose(kCompose);
  fs::create_directories(files.folder / "real");
  files.write("real/tags", "API_TAG=v1\n");
  fs::create_symlink("real/tags", files.folder / ".env");
  files.settings.env_file = files.folder / ".env";
  const auto archived = LiveImages(files.settings).services();
  files.write("real/tags", "API_TAG=v2\n");
  files.put_back(archived);
  CHECK(fs::is_symlink(files.folder / ".env"));
  CHECK(files.read("real/tags") == "API_TAG=v1\n");
}

TEST_CASE("a key or a whole .env that is gone comes back") {
  Files files;
  files.compose(kCompose);
  files.env("API_TAG=v1\n");
  const auto archived = LiveImages(files.settings).services();
  files.env("OTHER=1\n");
  files.put_back(archived);
  CHECK(files.read(".env") == "OTHER=1\nAPI_TAG=v1\n");
  fs::remove(files.folder / ".env");
  files.put_back(archived);
  CHECK(files.read(".env") == "API_TAG=v1\n");
}

TEST_CASE("a default that was in force is only written when it no longer is") {
  Files files;
  files.settings.services = {"api"};
  files.compose("services:\n  api:\n    image: h.example/api:${TAG:-1.0}\n");
  files.env("OTHER=1\n");
  const auto archived = LiveImages(files.settings).services();
  CHECK_FALSE(files.put_back(archived));
  files.env("OTHER=1\nTAG=2.0\n");
  CHECK(files.put_back(archived));
  CHECK(files.read(".env") == "OTHER=1\nTAG=1.0\n");
}

TEST_CASE("a service that is written another way now is written as it was") {
  Files files;
  files.settings.services = {"api"};
  files.compose("services:\n  api:\n    image: h.example/api:${TAG}\n");
  files.env("TAG=1\n");
  const auto archived = LiveImages(files.settings).services();
  files.compose("services:\n  api:\n    image: other.example/api:7\n");
  files.env("TAG=1\n");
  CHECK(files.put_back(archived));
  CHECK(files.read("compose.yml") == "services:\n  api:\n    image: h.example/api:${TAG}\n");
}

TEST_CASE("an .env alone holds whole images, tags alone are refused by name") {
  Files files;
  files.settings.services = {"API_IMAGE"};
  files.env("API_IMAGE=h.example/athena/api:1\nOTHER=x\n");
  const auto archived = LiveImages(files.settings).services();
  CHECK(archived.at(0).image == "h.example/athena/api:1");
  files.env("API_IMAGE=h.example/athena/api:2\nOTHER=x\n");
  files.put_back(archived);
  CHECK(files.read(".env") == "API_IMAGE=h.example/athena/api:1\nOTHER=x\n");
  files.env("API_IMAGE=v1\n");
  CHECK_THROWS_WITH(LiveImages(files.settings).services(),
                    Catch::Contains("API_IMAGE=v1 is a tag alone"));
}

TEST_CASE("missing files and services are named") {
  Files files;
  files.settings.compose_file = files.folder / "compose.yml";
  CHECK_THROWS_WITH(LiveImages(files.settings), Catch::Contains("compose.yml is not there"));
  files.compose(kCompose);
  files.env("API_TAG=v1\n");
  files.settings.services = {"api", "gone"};
  CHECK_THROWS_WITH(LiveImages(files.settings).services(), Catch::Contains("no service gone"));
}

TEST_CASE("a list of images from a hostile archive cannot add lines to live files") {
  ServiceImage image;
  image.service = "api";
  image.written = "h.example/api:${TAG}";
  image.variables = {{"TAG", "1"}};
  image.image = "h.example/api:1";
  auto document = resources::images::to_json({image});
  CHECK(resources::images::images_from_json(document).size() == 1);
  auto& entry = document.find("services")->as_array()[0];
  entry.find("variables")->set("TAG", "1\nPATH=/evil");
  CHECK_THROWS_AS(resources::images::images_from_json(document), core::Error);
  entry.find("variables")->set("TAG", "2");
  CHECK_THROWS_AS(resources::images::images_from_json(document), core::Error);
}
