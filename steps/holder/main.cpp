#include "cli/run_main.hpp"
#include "holder/holder_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(holder::step(), argc, argv);
}
