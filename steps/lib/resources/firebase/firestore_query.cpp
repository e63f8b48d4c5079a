#include "resources/firebase/firestore_query.hpp"

#include "json/value.hpp"
#include "resources/firebase/firestore_names.hpp"

namespace resources::firebase {

namespace {

using json::Array;
using json::Value;

Value object(const char* key, Value value) {
  Value made;
  made.set(key, std::move(value));
  return made;
}

Value name_field() {
  return object("fieldPath", "__name__");
}

Value bound(const char* operation, const std::string& name) {
  Value filter;
  filter.set("field", name_field());
  filter.set("op", operation);
  filter.set("value", object("referenceValue", name));
  return object("fieldFilter", std::move(filter));
}

// Without a collection id and with all descendants: one query finds every document of the range,
// whatever collection it stands in and whether its parent exists or not.
Value query_below(const std::string& root, const std::string& collection) {
  const auto range = range_of(root, collection);
  Value both;
  both.set("op", "AND");
  both.set("filters",
           Array{bound("GREATER_THAN_OR_EQUAL", range.first), bound("LESS_THAN", range.end)});
  Value order = object("field", name_field());
  order.set("direction", "ASCENDING");
  Value query;
  query.set("from", Array{object("allDescendants", true)});
  query.set("where", object("compositeFilter", std::move(both)));
  query.set("orderBy", Array{std::move(order)});
  return query;
}

}  // namespace

std::string page_query(const std::string& root, const std::string& collection,
                       const std::string& after, const std::string& read_time, bool names_only,
                       std::size_t limit) {
  Value query = query_below(root, collection);
  query.set("limit", limit);
  if (names_only) query.set("select", object("fields", Array{name_field()}));
  if (!after.empty()) {
    Value cursor = object("values", Array{object("referenceValue", after)});
    cursor.set("before", false);
    query.set("startAt", std::move(cursor));
  }
  Value body = object("structuredQuery", std::move(query));
  if (!read_time.empty()) body.set("readTime", read_time);
  return json::dump(body);
}

std::string count_query(const std::string& root, const std::string& collection) {
  Value count = object("count", Value::object());
  count.set("alias", "n");
  Value aggregation = object("structuredQuery", query_below(root, collection));
  aggregation.set("aggregations", Array{std::move(count)});
  return json::dump(object("structuredAggregationQuery", std::move(aggregation)));
}

}  // namespace resources::firebase
