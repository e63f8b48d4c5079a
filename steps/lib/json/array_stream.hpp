#pragma once
// The objects of a JSON array, cut out while it arrives: memory holds one unfinished object, not
// the array.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "json/ranges.hpp"

namespace json {

class ArrayStream {
 public:
  // The view ends with the call. `inner`: where the object's own objects and arrays lie.
  using OnObject =
      std::function<void(std::string_view object, const std::vector<ValueEnd::Range>& inner)>;

  explicit ArrayStream(OnObject on_object) : m_on_object(std::move(on_object)) {}

  // Throws Error(kIntegrity) for anything but an array of objects.
  void feed(std::string_view piece);
  // After the last byte. Throws Error(kIntegrity) when the array has not ended.
  void finish() const;

 private:
  std::size_t feed_between(std::string_view piece);
  std::size_t feed_object(std::string_view piece);

  enum class Part { kBefore, kBetween, kObject, kAfter };

  OnObject m_on_object;
  Part m_part = Part::kBefore;
  std::string m_pending;
  ValueEnd m_end;
};

}  // namespace json
