#include "state/migrations/migrations.hpp"

namespace state {

namespace {
constexpr std::string_view k0001Initial =
#include "0001_initial.sql.inc"
    ;
}  // namespace

const std::vector<std::string_view>& migrations() {
  static const std::vector<std::string_view> steps{k0001Initial};
  return steps;
}

int newest_schema() {
  return static_cast<int>(migrations().size());
}

}  // namespace state
