#pragma once
// Runs the git executable on one working copy: no shell, no prompt, no hook, no pager, English
// messages, and no password in an error.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cancel_token.hpp"
#include "core/subprocess.hpp"

namespace resources::deployment {

class Git {
 public:
  Git(std::string folder, const core::CancelToken& cancel)
      : m_folder(std::move(folder)), m_cancel(cancel) {}

  const std::string& folder() const { return m_folder; }
  // Any exit code is a result.
  core::CommandResult run(const std::vector<std::string>& arguments,
                          const std::string& input = "") const;
  // What it printed, without the last newline. Throws Error(kServiceError) with git's own words.
  std::string output(const std::vector<std::string>& arguments,
                     const std::string& input = "") const;
  // As it printed it, with every newline.
  std::string raw_output(const std::vector<std::string>& arguments) const;
  void stream(const std::vector<std::string>& arguments,
              const std::function<void(std::string_view)>& on_output) const;
  bool succeeds(const std::vector<std::string>& arguments) const;

 private:
  core::Command command(const std::vector<std::string>& arguments) const;
  void require(const core::CommandResult& result, const std::vector<std::string>& arguments) const;

  std::string m_folder;
  const core::CancelToken& m_cancel;
};

// Takes user and password out of every URL in a text; the user of ssh://git@host stays.
std::string without_credentials(const std::string& text);

}  // namespace resources::deployment
