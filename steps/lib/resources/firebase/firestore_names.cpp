#include "resources/firebase/firestore_names.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace resources::firebase {

namespace {

constexpr std::string_view kDocuments = "/documents/";
// The least id of all: numeric ones come before texts.
constexpr std::string_view kLeastId = "/__id-9223372036854775808__";

}  // namespace

std::string documents_root(const std::string& project, const std::string& database) {
  return "projects/" + project + "/databases/" + database + "/documents";
}

std::string_view relative_path(std::string_view full_name) {
  const auto at = full_name.find(kDocuments);
  if (at == std::string_view::npos)
    throw core::Error(core::ExitCode::kIntegrity,
                      "'" + std::string(full_name) + "' is not the name of a document",
                      "run the same again");
  return full_name.substr(at + kDocuments.size());
}

std::string collection_shape(std::string_view document) {
  std::string shape;
  bool is_collection = true;
  while (!document.empty()) {
    const auto part = document.substr(0, document.find('/'));
    document.remove_prefix(std::min(document.size(), part.size() + 1));
    if (document.empty() && !is_collection) break;  // the document itself
    if (!shape.empty()) shape += '/';
    shape += is_collection ? part : std::string_view("*");
    is_collection = !is_collection;
  }
  return shape;
}

bool lies_below(std::string_view path, std::string_view place) {
  if (place.empty() || path.substr(0, place.size()) != place) return false;
  return path.size() == place.size() || path[place.size()] == '/';
}

// The end is the least id of the next possible collection, whose id has one more byte, zero.
NameRange range_of(const std::string& root, const std::string& collection) {
  const auto path = root + "/" + collection;
  return {path + std::string(kLeastId), path + '\0' + std::string(kLeastId)};
}

}  // namespace resources::firebase
