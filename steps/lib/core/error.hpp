#pragma once
// The one exception that carries an exit code to run_main(). Anything else that reaches run_main()
// is an internal error (exit 1).

#include <stdexcept>
#include <string>

#include "core/exit_code.hpp"

namespace core {

class Error : public std::runtime_error {
 public:
  // `message`: lower-case sentence that names the object; `hint`: what the reader can do now.
  Error(ExitCode code, const std::string& message, std::string hint = "")
      : std::runtime_error(message), m_code(code), m_hint(std::move(hint)) {}

  ExitCode code() const { return m_code; }
  const std::string& hint() const { return m_hint; }

 private:
  ExitCode m_code;
  std::string m_hint;
};

// Thrown out of any wait or loop once the CancelToken is set; run_main() turns it into 128+signal.
class Cancelled : public std::runtime_error {
 public:
  explicit Cancelled(int signal) : std::runtime_error("ended by a signal"), m_signal(signal) {}
  int signal() const { return m_signal; }

 private:
  int m_signal;
};

// Throws ExitCode::kStorage with the text of errno: "cannot <action> <path>: <reason>".
[[noreturn]] void throw_errno(const std::string& action, const std::string& path);

}  // namespace core
