#pragma once
// JSON as Firestore's typed values.

#include "json/value.hpp"

namespace publish {

// {"mapValue": {"fields": {...}}}, {"stringValue": ...}, {"integerValue": "12"}, ...
json::Value firestore_value(const json::Value& value);
// Of an object: what stands in a document's "fields".
json::Value firestore_fields(const json::Value& object);

}  // namespace publish
