#include "cli/run_main.hpp"
#include "prove/prove_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(prove::step(), argc, argv);
}
