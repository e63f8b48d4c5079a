#include "catalogue/catalogue_step.hpp"
#include "cli/run_main.hpp"

int main(int argc, char** argv) {
  return cli::run_main(catalogue::step(), argc, argv);
}
