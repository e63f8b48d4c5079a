#include "cli/run_main.hpp"
#include "destroy/destroy_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(destroy::step(), argc, argv);
}
