#pragma once
// Chunks of lines, each ended by a newline.

#include <functional>
#include <string_view>

#include "core/error.hpp"

namespace resources::firebase {

// Throws Error(kIntegrity) when the last line has no end.
inline void for_each_line(std::string_view plain,
                          const std::function<void(std::string_view line)>& take) {
  while (!plain.empty()) {
    const auto end = plain.find('\n');
    if (end == std::string_view::npos)
      throw core::Error(core::ExitCode::kIntegrity, "a chunk ends in the middle of a line",
                        "use another archive");
    take(plain.substr(0, end));
    plain.remove_prefix(end + 1);
  }
}

}  // namespace resources::firebase
