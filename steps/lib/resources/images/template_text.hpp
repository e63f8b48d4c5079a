#pragma once
// The value of an `image:` line before Compose puts the variables in:
// "${REGISTRY}/athena/server:${TAG:-1.0}".

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace resources::images {

using Variables = std::map<std::string, std::string>;

// Names of the variables in the text, in order, each once. Knows $NAME, ${NAME}, ${NAME-x},
// ${NAME:-x}, ${NAME?x}, ${NAME:?x} and $$. Throws Error(kConfiguration) naming `service` for any
// other form (nested ones, ${NAME:+x}).
std::vector<std::string> variables_in(const std::string& text, const std::string& service);

// The text with every variable put in, and what each one stood for. Throws Error(kConfiguration)
// naming variable and service when one has neither value nor default.
struct Resolved {
  std::string text;
  Variables used;
};
Resolved resolve(const std::string& text, const Variables& values, const std::string& service);

}  // namespace resources::images
