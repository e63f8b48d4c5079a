#pragma once
// The one list of exit codes. README and every --help print this table.

#include <array>
#include <string_view>

namespace core {

enum class ExitCode : int {
  kOk = 0,
  kInternal = 1,
  kUsage = 2,
  kNotFound = 10,
  kBusy = 11,
  kCredentials = 12,
  kUnreachable = 13,
  kServiceError = 14,
  kIntegrity = 15,
  kStorage = 16,
  kState = 17,
  kPrecondition = 18,
  kConfiguration = 19,
};

struct ExitCodeText {
  ExitCode code;
  std::string_view meaning;
};

inline constexpr std::array kExitCodes{
    ExitCodeText{ExitCode::kOk, "ok"},
    ExitCodeText{ExitCode::kInternal, "internal error"},
    ExitCodeText{ExitCode::kUsage, "usage"},
    ExitCodeText{ExitCode::kNotFound, "not found"},
    ExitCodeText{ExitCode::kBusy, "another operation is running"},
    ExitCodeText{ExitCode::kCredentials, "credentials rejected"},
    ExitCodeText{ExitCode::kUnreachable, "service unreachable (after retries)"},
    ExitCodeText{ExitCode::kServiceError, "service answered with an error"},
    ExitCodeText{ExitCode::kIntegrity, "integrity (checksum, manifest, count)"},
    ExitCodeText{ExitCode::kStorage, "storage (space, I/O)"},
    ExitCodeText{ExitCode::kState, "state file (corrupt, too new, missing)"},
    ExitCodeText{ExitCode::kPrecondition, "precondition (order, maintenance, state, fenced)"},
    ExitCodeText{ExitCode::kConfiguration, "configuration"},
};

}  // namespace core
