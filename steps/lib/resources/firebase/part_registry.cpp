#include <array>

#include "resources/firebase/auth_part.hpp"
#include "resources/firebase/firestore_part.hpp"
#include "resources/firebase/part.hpp"
#include "resources/firebase/realtime_part.hpp"

namespace resources::firebase {

namespace {

template <typename Made>
std::unique_ptr<Resource> make(const Settings& settings) {
  return std::make_unique<Made>(settings);
}

struct Entry {
  const char* name;
  std::unique_ptr<Resource> (*make)(const Settings&);
};

// In the order in which people read about them.
constexpr std::array kEntries{
    Entry{"firestore", make<FirestorePart>},
    Entry{"auth", make<AuthPart>},
    Entry{"realtime", make<RealtimePart>},
};

}  // namespace

Parts make_parts(const Settings& settings) {
  Parts parts;
  for (const auto& [name, maker] : kEntries)
    if (settings.section.contains(name)) parts.push_back(maker(settings));
  return parts;
}

}  // namespace resources::firebase
