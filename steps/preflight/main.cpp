#include "cli/run_main.hpp"
#include "preflight/preflight_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(preflight::step(), argc, argv);
}
