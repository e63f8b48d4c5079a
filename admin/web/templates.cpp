#include "admin/web/templates.hpp"

#include <map>
#include <memory>
#include <stdexcept>

#include <kainjow/mustache.hpp>

#include "admin/embedded.hpp"

namespace admin {

namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data to_data(const json::Value& value) {
  if (value.is_object()) {
    data object{data::type::object};
    for (const auto& [key, part] : value.as_object()) object.set(key, to_data(part));
    return object;
  }
  if (value.is_array()) {
    data list{data::type::list};
    for (const auto& part : value.as_array()) list.push_back(to_data(part));
    return list;
  }
  if (value.is_bool()) return data{value.as_bool()};
  const std::string text = value.is_string() ? value.as_string()
                           : value.is_null() ? std::string()
                                             : json::dump(value);
  return text.empty() ? data{false} : data{text};
}

std::string source_of(const std::string& name) {
  return std::string(embedded::text(name + ".html"));
}

// Parts are put in before the template is parsed: the library would look for them among the values,
// where text from outside stands.
std::string with_parts(std::string text) {
  constexpr std::string_view kOpen = "{{> ";
  for (std::size_t at = 0; (at = text.find(kOpen, at)) != std::string::npos;) {
    const auto end = text.find("}}", at);
    const std::string name = text.substr(at + kOpen.size(), end - at - kOpen.size());
    text.replace(at, end + 2 - at, with_parts(source_of(name)));
  }
  return text;
}

// Rendering writes into the template, so each thread has its own.
mustache& template_of(const std::string& name) {
  thread_local std::map<std::string, std::unique_ptr<mustache>> cache;
  auto& found = cache[name];
  if (!found) {
    found = std::make_unique<mustache>(with_parts(source_of(name)));
    if (!found->is_valid()) throw std::logic_error(name + ".html: " + found->error_message());
  }
  return *found;
}

}  // namespace

std::string render(const std::string& name, const json::Value& values) {
  return template_of(name).render(to_data(values));
}

}  // namespace admin
