// elasticsearch_driver SECTION FOLDER capture|destroy|restore|prove [ARCHIVE]: one stage of the
// resource as its own process, for benchmarks and for tests that kill it. The section is JSON as in
// environment.json, with secrets as plain texts; the journal is a file in FOLDER.

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "tests/contract/elasticsearch/stages.hpp"

namespace {

// Lines of a file, each on disk when done() returns.
class FileJournal final : public core::RestoreJournal {
 public:
  explicit FileJournal(const std::string& path) : m_path(path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) m_memory.done("elasticsearch", line);
    m_fd = core::open_fd(path, O_WRONLY | O_CREAT | O_APPEND);
  }
  bool is_done(const std::string& resource, const std::string& item) override {
    return m_memory.is_done(resource, item);
  }
  void done(const std::string& resource, const std::string& item) override {
    core::write_all(m_fd.get(), item + "\n", m_path);
    m_memory.done(resource, item);
  }
  std::vector<std::string> items(const std::string& resource) override {
    return m_memory.items(resource);
  }
  void clear(const std::string& resource, const std::vector<std::string>& items) override {
    m_memory.clear(resource, items);
    if (ftruncate(m_fd.get(), 0) != 0) core::throw_errno("empty", m_path);
  }
  void remember(const std::string& resource, const std::string& key,
                const std::string& value) override {
    m_memory.remember(resource, key, value);
  }
  std::optional<std::string> recall(const std::string& resource, const std::string& key) override {
    return m_memory.recall(resource, key);
  }

 private:
  std::string m_path;
  core::UniqueFd m_fd;
  support::MemoryJournal m_memory;
};

json::Value run(const std::vector<std::string>& words) {
  const auto section = json::parse(words.at(0), "section");
  const auto& folder = words.at(1);
  const auto& stage = words.at(2);
  support::MemoryContext memory;
  FileJournal journal(folder + "/journal");
  core::Context context{memory.progress, memory.cancel, memory.memory, journal, memory.lease};
  const auto resource = search_test::make_resource(section);
  json::Value result = json::Value::object();
  if (stage == "capture") {
    result.set("archive", search_test::capture(*resource, folder, context));
    return result;
  }
  const archive::ArchiveReader archive(words.at(3));
  if (stage == "destroy") {
    journal.clear("elasticsearch", {});
    resource->destroy(archive, context);
  } else if (stage == "restore") {
    result = search_test::run_work(*resource->restore(archive, context), context);
  } else {
    result = search_test::run_work(*resource->prove(archive, context), context);
    resource->clean_up(context);
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::cout << json::dump(run({argv + 1, argv + argc})) << std::endl;
    return 0;
  } catch (const core::Error& error) {
    std::cerr << "ERROR " << error.what() << "\nhint: " << error.hint() << std::endl;
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::cerr << "ERROR " << error.what() << std::endl;
    return 1;
  }
}
