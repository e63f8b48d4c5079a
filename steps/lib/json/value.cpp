#include "json/value.hpp"

#include <limits>

namespace json {

Value::Value(unsigned long value) {
  if (value <= static_cast<unsigned long>(std::numeric_limits<std::int64_t>::max()))
    m_data = static_cast<std::int64_t>(value);
  else
    m_data = std::uint64_t{value};
}

}  // namespace json
