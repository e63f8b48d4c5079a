#include "cli/run_main.hpp"
#include "prune/prune_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(prune::step(), argc, argv);
}
