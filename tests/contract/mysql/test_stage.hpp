#pragma once
// What most tests of this folder do: capture, destroy, restore, prove in a folder of their own.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "live_server.hpp"
#include "resources/mysql/mysql_resource.hpp"
#include "tests/contract/support/stages.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace mysql_test {

using support::code_of;
using support::settings_of;
using support::text_of;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "eb-mysql-XXXXXX").string();
    m_path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(m_path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

struct Stage {
  explicit Stage(json::Value section) : resource(settings_of(std::move(section))) {}

  std::string capture() { return support::capture(resource, folder.path(), local.context); }
  void destroy(const archive::ArchiveReader& archive) { resource.destroy(archive, local.context); }
  void restore(const archive::ArchiveReader& archive) {
    support::restore(resource, archive, local.context);
  }
  std::vector<resources::Difference> prove(const archive::ArchiveReader& archive) {
    return support::prove(resource, archive, local.context);
  }

  Folder folder;
  support::MemoryContext local;
  resources::mysql::MysqlResource resource;
};

}  // namespace mysql_test
