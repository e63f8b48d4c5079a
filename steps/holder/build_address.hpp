#pragma once
// Where Jenkins answers about a build. Pure.

#include <optional>
#include <string>

namespace holder {

// `build_url` as the build knows itself (BUILD_URL), asked for below `jenkins_url`, which may name
// the controller by another host: only the configured host ever gets the token. Empty when the
// build is none of that controller's.
std::optional<std::string> build_address(const std::string& jenkins_url,
                                         const std::string& build_url);

}  // namespace holder
