#pragma once
// A folder with every kind of entry, described by find, sha256sum and getfattr: independent of the
// code under test; and the way through an archive and back.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "archive/archive_reader.hpp"
#include "archive/archive_writer.hpp"
#include "core/ids.hpp"
#include "core/subprocess.hpp"
#include "core/unique_fd.hpp"
#include "resources/config_local/config_local_resource.hpp"
#include "resources/run_works.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace live {

namespace fs = std::filesystem;
using resources::config_local::ConfigLocalResource;

inline std::string run(const std::string& folder, const std::vector<std::string>& argv,
                       const std::string& input = "") {
  core::Command command;
  command.argv = argv;
  command.folder = folder;
  command.input = input;
  command.environment = {{"LC_ALL", "C"}};
  return core::run_checked(command, core::CancelToken{}, core::ExitCode::kInternal).output;
}

inline void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Bytes that no compressor makes small, the same in every run.
inline std::string noise(std::size_t size, unsigned seed = 1) {
  std::string text(size, '\0');
  for (auto& letter : text) letter = static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
  return text;
}

inline void set_mtime(const fs::path& path, time_t seconds, long nanoseconds) {
  const timespec times[2] = {{seconds, nanoseconds}, {seconds, nanoseconds}};
  ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

inline void write_sparse(const fs::path& path, off_t size, off_t data_at, const std::string& data) {
  fs::create_directories(path.parent_path());
  const core::UniqueFd fd = core::open_fd(path, O_RDWR | O_CREAT, 0644);
  if (::ftruncate(fd.get(), size) != 0 || ::pwrite(fd.get(), data.data(), data.size(), data_at) < 0)
    throw std::runtime_error("cannot write " + path.string());
}

// A server's disk with the folder, an archive folder, and one operation's ports.
class Server {
 public:
  Server() : m_root(fs::temp_directory_path() / ("config-local-test-" + core::random_hex(6))) {
    fs::create_directories(tree());
    fs::create_directories(archives());
    settings.section.set("path", tree().string());
    settings.archive_folder = archives();
    settings.state_folder = (m_root / "state").string();
  }
  ~Server() {
    std::error_code ignored;
    fs::remove_all(m_root, ignored);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  fs::path tree() const { return m_root / "config-local"; }
  fs::path archives() const { return m_root / "archives"; }
  fs::path root() const { return m_root; }

  void fill() const {
    write(tree() / "app/site.conf", "port = 80\n");
    write(tree() / "app/empty", "");
    write(tree() / "app/large.bin", noise(20'000'000));
    write(tree() / "app/new\nline 'single' \"double\" $(id)", "odd\n");
    write(tree() / "app/invalid-\xff\xfe", "no utf-8\n");
    write(tree() / "\xc3\xbcn\xc3\xaf/\xe6\x97\xa5\xe6\x9c\xac", "unicode\n");
    write(tree() / std::string(255, 'n') / std::string(255, 'm'), "long\n");
    for (int i = 0; i < 300; ++i)
      write(tree() / ("many/" + std::to_string(i % 7)) / std::to_string(i), noise(i * 100, i + 1));
    write_sparse(tree() / "holes/small", 500'000, 200'000, "data");
    write_sparse(tree() / "holes/large", off_t{3} << 30, off_t{1} << 30, noise(100'000));
    write_sparse(tree() / "holes/nothing", 5'000'000, 0, "");
    fs::create_directories(tree() / "empty/folder");
    fs::create_symlink("../app/site.conf", tree() / "empty/link");
    fs::create_symlink("/etc/no such\nfile\xff", tree() / "dangling");
    fs::create_hard_link(tree() / "app/site.conf", tree() / "app/same");
    fs::create_hard_link(tree() / "app/large.bin", tree() / "large-too");
    ::mkfifo((tree() / "pipe").c_str(), 0622);
    decorate();
  }

  // Modes, owners, attributes, ACLs and times.
  void decorate() const {
    ::chmod((tree() / "app/site.conf").c_str(), 04751);
    ::chmod((tree() / "empty/folder").c_str(), 01700);
    ::setxattr((tree() / "app/site.conf").c_str(), "user.note", "a\0b", 3, 0);
    ::setxattr((tree() / "empty").c_str(), "user.folder", "x", 1, 0);
    run(tree(), {"setfacl", "-m", "u:12345:rw,g:54321:r", "app/empty"});
    run(tree(), {"setfacl", "-d", "-m", "u:12345:rwx", "app"});
    if (::geteuid() == 0) {
      if (::lchown((tree() / "many/1").c_str(), 1234, 4321) != 0 ||
          ::lchown((tree() / "dangling").c_str(), 1234, 4321) != 0)
        throw std::runtime_error("cannot change an owner");
      ::chmod((tree() / "many/2").c_str(), 0);
    }
    set_mtime(tree() / "app/empty", 1, 999'999'999);
    set_mtime(tree() / "dangling", 1'500'000'000, 5);
    set_mtime(tree() / "many", -5, 7);
    set_mtime(tree() / "app", 1'600'000'000, 123'456'789);
    set_mtime(tree(), 1'700'000'000, 1);
  }

  std::string describe() const {
    std::string text = sorted(run(tree(), {"find", ".", "-printf", "%P|%y|%m|%U:%G|%T@|%l|%n\\0"}));
    text += sorted(run(tree(), {"find", ".", "-type", "f", "-size", "-1000M", "-exec", "sha256sum",
                                "-z", "{}", "+"}));
    text += run(tree(), {"sh", "-c",
                         "find . -print0 | LC_ALL=C sort -z | xargs -0 getfattr -h -d -m - 2>&1"});
    return text;
  }

  ConfigLocalResource resource() const { return ConfigLocalResource(settings); }

  std::string back_up(archive::ChunkSink* around = nullptr) {
    const std::string id = core::make_backup_id("athena-test", 1'795'000'000'000);
    archive::ArchiveWriter writer(archives(), id);
    auto config_local = resource();
    resources::Works works;
    works["config_local"] = config_local.open(around != nullptr ? *around : writer, ports.context);
    auto details = resources::run_works(works, 2, ports.context);
    archive::Manifest manifest;
    manifest.environment = "athena-test";
    manifest.kind = "backup";
    manifest.created_at = "2026-11-23T04:30:00Z";
    manifest.resources = {{"config_local", {}, 0, 0, 0, details["config_local"]}};
    return writer.finish(manifest).path;
  }

  json::Value restore(const archive::ArchiveReader& archive) {
    auto config_local = resource();
    config_local.destroy(archive, ports.context);
    return resume(archive);
  }

  json::Value resume(const archive::ArchiveReader& archive) {
    auto config_local = resource();
    resources::Works works;
    works["config_local"] = config_local.restore(archive, ports.context);
    return resources::run_works(works, 2, ports.context)["config_local"];
  }

  std::vector<resources::Difference> prove(const archive::ArchiveReader& archive) {
    auto config_local = resource();
    resources::Works works;
    works["config_local"] = config_local.prove(archive, ports.context);
    return resources::differences_from(
        resources::run_works(works, 2, ports.context)["config_local"]);
  }

  std::vector<std::string> names_beside() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(m_root))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  support::MemoryContext ports;
  resources::Settings settings;

 private:
  static std::string sorted(const std::string& records) {
    std::vector<std::string> list;
    for (std::size_t begin = 0; begin < records.size();) {
      const std::size_t end = std::min(records.find('\0', begin), records.size());
      list.push_back(records.substr(begin, end - begin));
      begin = end + 1;
    }
    std::sort(list.begin(), list.end());
    std::string text;
    for (const auto& record : list) text += record + "\n";
    return text;
  }

  fs::path m_root;
};

}  // namespace live
