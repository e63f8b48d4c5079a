#pragma once
// The switch that keeps users out: a flag file that nginx looks at, optional commands, and a probe
// that asks the site itself. Says nothing about who may turn it: session and lifecycle decide that.
// Links neither libcurl nor OpenSSL, so that `operation` and `maintenance` start at once; therefore
// probe_url is http:// (nginx on the same server listens there).

#include <optional>
#include <string>

#include "core/cancel_token.hpp"
#include "environment/environment.hpp"

namespace maintenance {

// What is really there, not what a record says.
struct Status {
  bool flagged = false;             // the flag file exists; without a flag_file: the probe says 503
  std::optional<int> probe_status;  // what probe_url answered; empty: not configured or no answer
  bool on = false;                  // flagged, and the probe (when configured) answers 503
  std::string problem;  // why it is not on although flagged: "http://... answered 200, not 503"
};

class Switch {
 public:
  // Throws Error(kConfiguration) when neither flag_file nor probe_url is set (nothing would tell
  // whether users are out), or probe_url is not http://.
  Switch(const environment::Maintenance& settings, const core::CancelToken& cancel);

  // Could turn_on() and turn_off() do their work? Throws Error(kPrecondition) for a flag file that
  // cannot be created and removed, Error(kConfiguration) for a command that cannot be run. Touches
  // nothing.
  void check_rights() const;
  Status status() const;
  bool is_on() const { return status().on; }
  // The state to record before turning: was it on already, by somebody else's hand?
  bool is_flagged() const;

  // Flag file (atomic, 0644, holding `who` and the time), on_command, wait until the probe answers
  // 503, quiesce_command. Idempotent: an existing flag file keeps its text. Throws
  // Error(kPrecondition) when the probe still does not answer 503 after probe_timeout_seconds.
  void turn_on(const std::string& who);
  // resume_command, off_command, flag file removed, wait until the probe no longer answers 503.
  // Idempotent. Throws Error(kPrecondition) when the probe still answers 503 at the end.
  void turn_off();
  // Back to the recorded state: turn_off(), or, when it was on before, only resume_command.
  void return_to(bool was_on);

 private:
  std::optional<int> probe() const;
  void wait_for_probe(bool answers_503) const;
  void run(const std::vector<std::string>& argv, const std::string& what) const;

  environment::Maintenance m_settings;
  const core::CancelToken& m_cancel;
};

}  // namespace maintenance
