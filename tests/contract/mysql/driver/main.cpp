// mysql_driver VERB SECTION.json PATH: one stage of the mysql resource by itself, for tests that
// kill it and for the benchmark. PATH: the folder to capture into, else the archive.
// Prints seconds and the peak of resident memory; errors as the steps do, with their exit code.

#include <chrono>
#include <cstdio>
#include <iostream>

#include <sys/resource.h>

#include "../local_context.hpp"
#include "../run_stage.hpp"
#include "core/unique_fd.hpp"
#include "resources/mysql/mysql_resource.hpp"

namespace {

int run(const std::string& verb, const std::string& section, const std::string& path) {
  mysql_test::LocalContext local;
  resources::mysql::MysqlResource resource(
      mysql_test::settings_of(json::parse(core::read_file(section), section)));
  if (verb == "capture") {
    std::cout << mysql_test::capture(resource, path, local.context) << "\n";
    return 0;
  }
  const archive::ArchiveReader archive(path);
  if (verb == "destroy") resource.destroy(archive, local.context);
  if (verb == "restore") mysql_test::restore(resource, archive, local.context);
  if (verb == "clean_up") resource.clean_up(local.context);
  if (verb == "prove") {
    const auto differences = mysql_test::prove(resource, archive, local.context);
    for (const auto& [object, expected, found] : differences)
      std::cout << object << ": expected " << expected << ", found " << found << "\n";
    return differences.empty() ? 0 : 15;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto begun = std::chrono::steady_clock::now();
  try {
    const int code = run(argv[1], argv[2], argv[3]);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::fprintf(stderr, "seconds %.3f resident_kib %ld\n", seconds.count(), usage.ru_maxrss);
    return code;
  } catch (const core::Error& error) {
    std::cerr << "ERROR " << error.what() << "\nhint: " << error.hint() << "\n";
    return static_cast<int>(error.code());
  }
}
