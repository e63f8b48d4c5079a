#include "cli/run_main.hpp"
#include "stage/stage_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(stage::step(), argc, argv);
}
