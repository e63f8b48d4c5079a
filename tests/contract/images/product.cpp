#include "tests/contract/images/product.hpp"

#include <fstream>

#include "core/ids.hpp"
#include "core/unique_fd.hpp"
#include "tests/contract/support/stages.hpp"

namespace fs = std::filesystem;

namespace images_test {

Product::Product(TestRegistry& registry)
    : m_folder(fs::temp_directory_path() / ("eb-product-" + core::random_hex(6))),
      m_group("athena-" + core::random_hex(4)) {
  fs::create_directories(m_folder);
  write("compose.yml", "services:\n  api:\n    image: " + registry.address() + "/" +
                           repository("api") +
                           ":${API_TAG}\n  web:\n    image: " + registry.address() + "/" +
                           repository("web") + ":2.0\n  db:\n    image: mysql:8.0\n");
  write("apply", "#!/bin/sh\necho \"$@\" >> applied\n");
  fs::permissions(m_folder / "apply", fs::perms::owner_all);
  set_tag("v1");
  section.set("compose_file", (m_folder / "compose.yml").string());
  section.set("env_file", (m_folder / ".env").string());
  json::Value services = json::Value::array();
  services.push_back("api");
  services.push_back("web");
  section.set("services", std::move(services));
  section.set("registry", registry.section());
  json::Value command = json::Value::array();
  command.push_back((m_folder / "apply").string());
  section.set("apply_command", std::move(command));
}

Product::~Product() {
  std::error_code ignored;
  fs::remove_all(m_folder, ignored);
}

void Product::write(const std::string& name, const std::string& text) const {
  std::ofstream(m_folder / name) << text;
}

std::string Product::read(const std::string& name) const {
  return core::read_file(m_folder / name);
}

void Product::set_tag(const std::string& tag) const {
  write(".env", "# tags\nDB_PASSWORD=topsecret\nAPI_TAG=" + tag + "\n");
}

std::unique_ptr<resources::Resource> Product::resource() const {
  return resources::images::make(support::settings_of(section));
}

archive::ArchiveReader Product::back_up() {
  return archive::ArchiveReader(support::capture(*resource(), m_folder, context.context));
}

void Product::restore(const archive::ArchiveReader& archive) {
  const auto target = resource();
  target->destroy(archive, context.context);
  support::restore(*target, archive, context.context);
}

std::vector<resources::Difference> Product::prove(const archive::ArchiveReader& archive) {
  return support::prove(*resource(), archive, context.context);
}

}  // namespace images_test
