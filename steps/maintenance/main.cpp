#include "cli/run_main.hpp"
#include "maintenance/maintenance_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(maintenance::step(), argc, argv);
}
