#pragma once
// The bodies of Firestore's queries over everything below a collection.

#include <cstddef>
#include <string>

namespace resources::firebase {

// Body of documents:runQuery: in the order of names, behind the document `after` (a full name;
// empty: from the first). `root`: documents_root(). An empty read_time asks for the present.
std::string page_query(const std::string& root, const std::string& collection,
                       const std::string& after, const std::string& read_time, bool names_only,
                       std::size_t limit);
// Body of documents:runAggregationQuery; the figure is called "n".
std::string count_query(const std::string& root, const std::string& collection);

}  // namespace resources::firebase
