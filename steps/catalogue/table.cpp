#include "catalogue/table.hpp"

#include <algorithm>
#include <cwchar>

#include <fmt/format.h>

namespace catalogue {

namespace {

constexpr char32_t kInvalid = 0xffffffff;

// Length of the sequence that `lead` begins; 0 when it begins none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

bool is_scalar(char32_t code, std::size_t length) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kSmallest[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

// The character at the front; kInvalid when the bytes are none.
char32_t decode(std::string_view text, std::size_t length) {
  if (length == 0 || length > text.size()) return kInvalid;
  if (length == 1) return static_cast<unsigned char>(text[0]);
  char32_t code = static_cast<unsigned char>(text[0]) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80) return kInvalid;
    code = (code << 6U) | (byte & 0x3fU);
  }
  return is_scalar(code, length) ? code : kInvalid;
}

bool is_harmful(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c ||
         (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

void add_escape(Shown& out, const std::string& escape) {
  out.text += escape;
  out.columns += static_cast<int>(escape.size());
}

}  // namespace

Shown shown(std::string_view text) {
  if (is_plain(text)) return {std::string(text), static_cast<int>(text.size())};
  Shown out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(text[0]));
    const char32_t code = decode(text, length);
    if (code == kInvalid) {
      add_escape(out, fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0])));
      text.remove_prefix(1);
      continue;
    }
    if (is_harmful(code)) {
      add_escape(out, fmt::format("\\u{{{:x}}}", static_cast<unsigned>(code)));
    } else {
      out.text += text.substr(0, length);
      out.columns += code < 0x80 ? 1 : std::max(0, ::wcwidth(static_cast<wchar_t>(code)));
    }
    text.remove_prefix(length);
  }
  return out;
}

void Table::add(std::initializer_list<std::string_view> cells) {
  m_widths.resize(std::max(m_widths.size(), cells.size()), 0);
  std::size_t column = 0;
  for (const auto cell : cells) {
    const Shown safe = shown(cell);
    m_text += safe.text;
    m_cells.push_back({safe.text.size(), safe.columns, column + 1 == cells.size()});
    m_widths[column] = std::max(m_widths[column], safe.columns);
    ++column;
  }
}

std::string Table::text() const {
  std::string out;
  out.reserve(m_text.size() * 2);
  std::size_t offset = 0;
  std::size_t column = 0;
  for (const auto& cell : m_cells) {
    out.append(m_text, offset, cell.length);
    offset += cell.length;
    if (cell.last) {
      out += '\n';
      column = 0;
    } else {
      out.append(static_cast<std::size_t>(m_widths[column++] - cell.columns + 2), ' ');
    }
  }
  return out;
}

}  // namespace catalogue
