#include "publish/export_file.hpp"

#include <cstdio>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "publish/turn.hpp"
#include "publish/view.hpp"

namespace publish {

namespace {

constexpr mode_t kReadableByAll = 0644;
constexpr int kTurnMs = 5000;
constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

// Collects small pieces into large writes.
class Output {
 public:
  Output(int fd, const std::string& name) : m_fd(fd), m_name(name) {}

  void write(std::string_view text) {
    m_buffer += text;
    if (m_buffer.size() >= kBufferBytes) flush();
  }
  void flush() {
    core::write_all(m_fd, m_buffer, m_name);
    m_buffer.clear();
  }

 private:
  int m_fd;
  const std::string& m_name;
  std::string m_buffer;
};

// One archive a line: the whole document is never in memory.
void write_view(Output& output, const View& view) {
  std::string head = json::dump(view.head());
  head.pop_back();
  output.write(head);
  output.write(",\"archives\":[");
  bool first = true;
  view.visit_archives([&](const json::Value& archive) {
    output.write(first ? "\n" : ",\n");
    output.write(json::dump(archive));
    first = false;
  });
  output.write("\n]}\n");
  output.flush();
}

}  // namespace

void write_export(const environment::Environment& environment, const state::StateFile& file) {
  const std::string path = environment.view_file();
  // One name for all: under the lock, whatever a killed writer left is written over.
  const std::string temporary = path + std::string(core::kTemporaryMark) + "view";
  const core::UniqueFd turn = take_turn(file.place().path + ".view", kTurnMs);
  const core::UniqueFd fd =
      core::open_fd(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, kReadableByAll);
  if (::fchmod(fd.get(), kReadableByAll) != 0) core::throw_errno("set the rights of", temporary);
  Output output(fd.get(), temporary);
  write_view(output, View(environment, file));
  core::fsync_fd(fd.get(), temporary);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) core::throw_errno("rename", temporary);
}

}  // namespace publish
