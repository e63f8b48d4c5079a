#pragma once
// A small product on a server: Compose file, .env and an apply command that notes what it was told.

#include <filesystem>
#include <memory>
#include <string>

#include "archive/archive_reader.hpp"
#include "resources/images/images_resource.hpp"
#include "tests/contract/images/test_registry.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace images_test {

class Product {
 public:
  explicit Product(TestRegistry& registry);
  ~Product();
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  void set_tag(const std::string& tag) const;
  std::string repository(const std::string& service) const { return m_group + "/" + service; }

  std::unique_ptr<resources::Resource> resource() const;
  // Captures the live images into an archive file and opens it.
  archive::ArchiveReader back_up();
  void restore(const archive::ArchiveReader& archive);
  std::vector<resources::Difference> prove(const archive::ArchiveReader& archive);

  support::MemoryContext context;
  json::Value section = json::Value::object();  // `images` of environment.json

 private:
  std::filesystem::path m_folder;
  std::string m_group;  // of the repositories, so that tests share a registry
};

}  // namespace images_test
