#include "cli/run_main.hpp"
#include "verify/verify_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(verify::step(), argc, argv);
}
