// One stage of a resource as a process of its own, for benchmarks and for tests that kill it:
//
//   stage_driver RESOURCE capture|destroy|restore|prove|clean_up|holds SECTION.json PATH [JOURNAL]
//
// SECTION.json: /resources/RESOURCE of environment.json, with secrets as plain texts, and, where a
// test needs it, /publish as its key `publish`. PATH: the
// folder to capture into, whose archive's path is printed; else the archive. JOURNAL: a file that
// keeps the restore's journal over runs; without one it is forgotten. `prove` prints each
// difference and exits 15 when there is one; `holds` prints what is there, and needs no PATH.
// Errors are printed as the steps do, with their exit code. Last on stderr: `seconds S resident_kib
// K`, the peak of resident memory.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "core/memory_budget.hpp"
#include "core/unique_fd.hpp"
#include "resources/registry.hpp"
#include "resources/says_what_it_holds.hpp"
#include "tests/contract/support/file_journal.hpp"
#include "tests/contract/support/stages.hpp"

using namespace support;

namespace {

struct Arguments {
  std::string resource;
  std::string verb;
  std::string section;
  std::string path;
  std::string journal;
};

int print_differences(const std::vector<resources::Difference>& differences) {
  std::cout << text_of(differences);
  return differences.empty() ? 0 : static_cast<int>(core::ExitCode::kIntegrity);
}

std::string holds(resources::Resource& resource, core::Context& context) {
  auto* const teller = dynamic_cast<resources::SaysWhatItHolds*>(&resource);
  if (teller == nullptr) throw core::Error(core::ExitCode::kUsage, "it does not say what it holds");
  return teller->holds(context);
}

int run_stage(const Arguments& arguments, resources::Resource& resource, core::Context& context) {
  const auto& verb = arguments.verb;
  if (verb == "capture") {
    std::cout << capture(resource, arguments.path, context) << "\n";
    return 0;
  }
  if (verb == "holds") {
    std::cout << holds(resource, context) << "\n";
    return 0;
  }
  const archive::ArchiveReader archive(arguments.path);
  if (verb == "prove") return print_differences(prove(resource, archive, context));
  if (verb == "destroy") {
    context.journal.clear(resource.name());  // as the step does
    resource.destroy(archive, context);
  } else if (verb == "restore") {
    restore(resource, archive, context);
  } else if (verb == "clean_up") {
    resource.clean_up(context);
  } else {
    throw core::Error(core::ExitCode::kUsage, "unknown stage " + verb);
  }
  return 0;
}

int run(const Arguments& arguments) {
  const auto section = json::parse(core::read_file(arguments.section), arguments.section);
  const auto resource = resources::make_resource(arguments.resource, settings_of(section));
  MemoryContext memory;
  if (arguments.journal.empty()) return run_stage(arguments, *resource, memory.context);
  FileJournal journal(arguments.journal, resource->name());
  core::Context context{memory.progress, memory.cancel, memory.memory,
                        journal,         memory.lease,  memory.moves};
  return run_stage(arguments, *resource, context);
}

// getrusage() would tell the peak of the process that started this one, if that was larger.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
  return 0;
}

void print_cost(std::chrono::steady_clock::time_point begun) {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  std::fprintf(stderr, "seconds %.3f resident_kib %ld\n", seconds.count(), peak_kib());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) return static_cast<int>(core::ExitCode::kUsage);
  const auto begun = std::chrono::steady_clock::now();
  core::return_freed_blocks();
  try {
    const int code = run({argv[1], argv[2], argv[3], argv[4], argc == 6 ? argv[5] : ""});
    std::cout.flush();
    print_cost(begun);
    return code;
  } catch (const core::Error& error) {
    std::cerr << "ERROR " << error.what() << "\nhint: " << error.hint() << std::endl;
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::cerr << "ERROR " << error.what() << std::endl;
    return static_cast<int>(core::ExitCode::kInternal);
  }
}
