#include "cli/run_main.hpp"
#include "restore/restore_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(restore::step(), argc, argv);
}
