#include "cli/run_main.hpp"
#include "sweep/sweep_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(sweep::step(), argc, argv);
}
