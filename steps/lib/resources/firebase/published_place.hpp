#pragma once
// Where the environment's own view is published. It belongs to the operation that writes it: it is
// never part of an archive, never destroyed and never restored. Read from Settings::publish:
// {"project", "firestore": {"database", "document"}}, the project being this one if it says none.

#include <string>

#include "resources/settings.hpp"

namespace resources::firebase {

// The document below which the view lies in that Firestore database; empty: it does not.
std::string published_document(const Settings& settings, const std::string& database);

}  // namespace resources::firebase
