#include "admin/web/exchange.hpp"

#include <algorithm>
#include <cstdint>

namespace admin {

namespace {

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string value_of(const Fields& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

}  // namespace

std::string Ask::header(const std::string& name) const {
  for (const auto& [known, value] : headers)
    if (known == name) return value;
  return "";
}

std::size_t Ask::header_count(const std::string& name) const {
  return static_cast<std::size_t>(std::count_if(
      headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; }));
}

std::string Ask::cookie(const std::string& name) const {
  const std::string all = header("cookie");
  for (std::size_t begin = 0; begin < all.size();) {
    const auto end = std::min(all.find(';', begin), all.size());
    const std::string one = trimmed(all.substr(begin, end - begin));
    if (one.rfind(name + "=", 0) == 0) return one.substr(name.size() + 1);
    begin = end + 1;
  }
  return "";
}

std::string Ask::field(const std::string& name) const {
  return trimmed(value_of(form, name));
}

std::string Ask::parameter(const std::string& name) const {
  return trimmed(value_of(query, name));
}

// No overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const int more = lead < 0x80   ? 0
                     : lead < 0xC2 ? -1
                     : lead < 0xE0 ? 1
                     : lead < 0xF0 ? 2
                     : lead < 0xF5 ? 3
                                   : -1;
    if (more < 0 || text.size() - at <= static_cast<std::size_t>(more)) return false;
    std::uint32_t code = more == 0 ? lead : lead & (0x3FU >> more);
    for (int i = 1; i <= more; ++i) {
      const auto next = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
      if ((next & 0xC0) != 0x80) return false;
      code = code << 6 | (next & 0x3FU);
    }
    if ((more == 2 && (code < 0x800 || (code >= 0xD800 && code < 0xE000))) ||
        (more == 3 && (code < 0x10000 || code > 0x10FFFF)))
      return false;
    at += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

Answer redirect_to(const std::string& path) {
  Answer answer;
  answer.status = 303;
  answer.headers = {{"Location", path}};
  return answer;
}

}  // namespace admin
