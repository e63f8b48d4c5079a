#include "cli/run_main.hpp"
#include "publish/publish_step.hpp"

int main(int argc, char** argv) {
  return cli::run_main(publish::step(), argc, argv);
}
