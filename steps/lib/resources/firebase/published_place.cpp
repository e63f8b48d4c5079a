#include "resources/firebase/published_place.hpp"

namespace resources::firebase {

std::string published_document(const Settings& settings, const std::string& database) {
  const auto* place = settings.publish.find("firestore");
  if (place == nullptr || place->get_string("database", "(default)") != database) return "";
  if (settings.publish.get_string("project", settings.section.get_string("project")) !=
      settings.section.get_string("project"))
    return "";
  auto document = place->get_string("document");
  while (!document.empty() && document.front() == '/') document.erase(0, 1);
  return document;
}

}  // namespace resources::firebase
