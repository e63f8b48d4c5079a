#pragma once
// One text for equal values, however a server writes them: for checksums only.

#include <string>
#include <string_view>

namespace resources::firebase {

// Appends the JSON value with its keys sorted, texts decoded, numbers by their bits and times
// without trailing zeros. `own_project` ("projects/p/"): cut off the front of references. Empty
// values append nothing. Throws Error(kIntegrity) where the text is no JSON.
void append_canonical(std::string& text, std::string_view value, std::string_view own_project);

}  // namespace resources::firebase
