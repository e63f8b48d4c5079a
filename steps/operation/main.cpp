#include "cli/run_main.hpp"
#include "operation/operation_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(operation::step(), argc, argv);
}
