#include "cli/run_main.hpp"
#include "snapshot/snapshot_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(snapshot::step(), argc, argv);
}
