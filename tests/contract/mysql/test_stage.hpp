#pragma once
// What most tests of this folder do: capture, destroy, restore, prove in a folder of their own.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "live_server.hpp"
#include "local_context.hpp"
#include "resources/mysql/mysql_resource.hpp"
#include "run_stage.hpp"

namespace mysql_test {

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

  std::string capture() { return mysql_test::capture(resource, folder.path(), local.context); }
  void destroy(const archive::ArchiveReader& archive) { resource.destroy(archive, local.context); }
  void restore(const archive::ArchiveReader& archive) {
    mysql_test::restore(resource, archive, local.context);
  }
  std::vector<resources::Difference> prove(const archive::ArchiveReader& archive) {
    return mysql_test::prove(resource, archive, local.context);
  }

  Folder folder;
  LocalContext local;
  resources::mysql::MysqlResource resource;
};

// For a message: what differs, one a line.
inline std::string text_of(const std::vector<resources::Difference>& differences) {
  std::string text;
  for (const auto& [object, expected, found] : differences)
    text += object + ": expected " + expected + ", found " + found + "\n";
  return text;
}

// The exit code of the error that `action` throws; kOk when it throws none.
template <typename Action>
core::ExitCode code_of(Action action, std::string* message = nullptr) {
  try {
    action();
  } catch (const core::Error& error) {
    if (message != nullptr) *message = std::string(error.what()) + " hint: " + error.hint();
    return error.code();
  }
  return core::ExitCode::kOk;
}

}  // namespace mysql_test
