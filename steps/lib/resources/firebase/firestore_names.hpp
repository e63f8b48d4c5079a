#pragma once
// Paths inside a Firestore database. "users/7/orders/1" is a document, "users/7/orders" a
// collection; its shape, "users/*/orders", stands for all collections of that kind.

#include <string>
#include <string_view>

namespace resources::firebase {

// "projects/p/databases/(default)/documents"
std::string documents_root(const std::string& project, const std::string& database);

// The path behind "/documents/" of a document's full name; views into it. Throws Error(kIntegrity)
// for a name that has none.
std::string_view relative_path(std::string_view full_name);
// "users/7/orders/1" -> "users/*/orders"
std::string collection_shape(std::string_view document);
// Is `path` the document or collection `place`, or below it? An empty place holds nothing.
bool lies_below(std::string_view path, std::string_view place);

// All documents of a collection and below it have names in [first, end), by Firestore's order.
struct NameRange {
  std::string first;
  std::string end;
};
NameRange range_of(const std::string& root, const std::string& collection);

}  // namespace resources::firebase
