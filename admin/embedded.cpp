#include "admin/embedded.hpp"

#include <stdexcept>

namespace admin::embedded {

std::string_view text(std::string_view name) {
  for (const auto& file : files())
    if (file.name == name) return file.text;
  throw std::out_of_range("no embedded file " + std::string(name));
}

}  // namespace admin::embedded
