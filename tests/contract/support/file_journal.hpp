#pragma once
// A restore's journal as a file of lines, each written when done() or remember() returns: a process
// that is killed and started again finds what it had done. For one resource.

#include <string>

#include "core/unique_fd.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace support {

class FileJournal final : public core::RestoreJournal {
 public:
  // Reads what stands in the file, which need not exist.
  FileJournal(std::string path, const std::string& resource);

  bool is_done(const std::string& resource, const std::string& item) override;
  void done(const std::string& resource, const std::string& item) override;
  std::vector<std::string> items(const std::string& resource) override;
  void clear(const std::string& resource, const std::vector<std::string>& items) override;
  void remember(const std::string& resource, const std::string& key,
                const std::string& value) override;
  std::optional<std::string> recall(const std::string& resource, const std::string& key) override;

 private:
  void replay(const std::string& line, const std::string& resource);
  void append(const std::vector<std::string>& words);

  std::string m_path;
  core::UniqueFd m_fd;
  MemoryJournal m_memory;
};

}  // namespace support
