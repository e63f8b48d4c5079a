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

  // As the steps do it: what is staged counts once it is proved.
  std::vector<resources::Difference> stage(const archive::ArchiveReader& archive) {
    core::Beside beside;
    beside.staged_archive = archive.manifest().backup_id;
    local.moves.set_beside("mysql", beside);
    support::run_work(resource.stage(archive, local.context), local.context);
    auto differences = resources::differences_from(
        support::run_work(resource.prove_staged(archive, local.context), local.context));
    beside.staged_proved = differences.empty();
    local.moves.set_beside("mysql", beside);
    return differences;
  }
  // Live aside, staged in; `safety` is what saves the live data.
  void move(const archive::ArchiveReader& archive, const archive::ArchiveReader& safety) {
    resource.check_move(archive, &safety, local.context);
    auto beside = local.moves.beside("mysql");
    beside.aside_archive = safety.manifest().backup_id;
    local.moves.set_beside("mysql", beside);
    destroy(archive);
    restore(archive);
  }

  void move_back(const archive::ArchiveReader& safety) {
    resource.move_back(local.context);
    if (auto rest = resource.restore_rest(safety, local.context))
      support::run_work(std::move(rest), local.context);
  }

  Folder folder;
  support::MemoryContext local;
  resources::mysql::MysqlResource resource;
};

}  // namespace mysql_test
