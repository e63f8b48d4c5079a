// A user of Firebase Auth as the server wrote it: refused, or read the same way twice.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/error.hpp"
#include "resources/firebase/auth_user.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const auto user = resources::firebase::parse_user(text);
    if (resources::firebase::parse_user(text).id != user.id) std::abort();
    resources::firebase::hash_of_user(text);
  } catch (const core::Error&) {  // refused
  }
  return 0;
}
