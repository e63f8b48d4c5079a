#include "state/migrations/migrations.hpp"

namespace state {

namespace {
constexpr std::string_view k0001Initial =
#include "0001_initial.sql.inc"
    ;
constexpr std::string_view k0002ExceptionsAndEnds =
#include "0002_exceptions_and_ends.sql.inc"
    ;
constexpr std::string_view k0003Publication =
#include "0003_publication.sql.inc"
    ;
constexpr std::string_view k0004PruneOutlook =
#include "0004_prune_outlook.sql.inc"
    ;
constexpr std::string_view k0005RefusedPhases =
#include "0005_refused_phases.sql.inc"
    ;
constexpr std::string_view k0006Moves =
#include "0006_moves.sql.inc"
    ;
}  // namespace

const std::vector<std::string_view>& migrations() {
  static const std::vector<std::string_view> steps{k0001Initial,       k0002ExceptionsAndEnds,
                                                   k0003Publication,   k0004PruneOutlook,
                                                   k0005RefusedPhases, k0006Moves};
  return steps;
}

int newest_schema() {
  return static_cast<int>(migrations().size());
}

}  // namespace state
