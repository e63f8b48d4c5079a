#pragma once
// The Firebase project that an environment uses: its id and the right to speak to it.

#include <memory>
#include <string>

#include "core/cancel_token.hpp"
#include "google/access_tokens.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

inline constexpr const char* kResource = "firebase";

struct Project {
  std::string id;
  std::shared_ptr<google::AccessTokens> tokens;
};

// Reads `project`, `credentials` and `emulator` of the section. Asks for no token yet.
Project project_of(const Settings& settings, const core::CancelToken& cancel);

}  // namespace resources::firebase
