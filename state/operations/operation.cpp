#include "state/operations/operation.hpp"

#include <array>

#include <fmt/format.h>

#include "core/error.hpp"

namespace state {

namespace {

constexpr std::array kStates{"live", "destroying", "destroyed", "restoring", "restored"};
constexpr std::array kKinds{"backup", "restore"};
constexpr std::array kOutcomes{"running",     "succeeded", "failed",
                               "interrupted", "aborted",   "abandoned"};

template <typename Enum, std::size_t N>
Enum find_word(const std::array<const char*, N>& words, const std::string& text, const char* what,
               core::ExitCode code) {
  for (std::size_t i = 0; i < N; ++i)
    if (text == words[i]) return static_cast<Enum>(i);
  throw core::Error(code, fmt::format("'{}' is no {}", text, what));
}

}  // namespace

const char* to_text(EnvironmentState state) {
  return kStates.at(static_cast<std::size_t>(state));
}

const char* to_text(Kind kind) {
  return kKinds.at(static_cast<std::size_t>(kind));
}

const char* to_text(Outcome outcome) {
  return kOutcomes.at(static_cast<std::size_t>(outcome));
}

EnvironmentState environment_state_from_text(const std::string& text) {
  return find_word<EnvironmentState>(kStates, text, "state of an environment",
                                     core::ExitCode::kState);
}

Kind kind_from_text(const std::string& text) {
  return find_word<Kind>(kKinds, text, "kind of operation (backup or restore)",
                         core::ExitCode::kUsage);
}

Outcome outcome_from_text(const std::string& text) {
  return find_word<Outcome>(kOutcomes, text, "outcome of an operation", core::ExitCode::kState);
}

}  // namespace state
