#include "admin/program.hpp"

int main(int argc, char** argv) {
  return admin::run(argc, argv);
}
