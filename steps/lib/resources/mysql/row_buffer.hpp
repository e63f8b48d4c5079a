#pragma once
// Rows as tab-separated lines in one buffer, escaped as LOAD DATA reads them: \N for NULL, a
// backslash before tab, newline and backslash. The line without its newline is the row's canonical
// form: its checksum is taken here. A second one covers the line with the stored generated columns
// behind it, which are not kept.

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "resources/mysql/row_checksum.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

class RowBuffer {
 public:
  // `keep`: rows pile up for a chunk; else each overwrites the last and only the checksum stays.
  // `before_growth` is called with the new capacity before memory is taken.
  RowBuffer(const Table& table, bool keep, std::function<void(std::size_t)> before_growth);

  void reserve(std::size_t bytes);

  void add(const char* const* fields, const unsigned long* lengths);
  void clear();  // bytes and checksum; the memory stays

  std::string_view bytes() const { return {m_bytes.get(), m_size}; }
  const RowChecksum& checksum() const { return m_checksum; }
  // As checksum() where the table has no stored generated columns.
  const RowChecksum& computed() const { return m_has_computed ? m_computed : m_checksum; }

 private:
  void grow(std::size_t bytes);
  char* write(char* out, std::size_t from, std::size_t to, const char* const* fields,
              const unsigned long* lengths) const;

  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };
  std::vector<char> m_plain;  // per column: needs no escape
  std::unique_ptr<char, Free> m_bytes;
  std::size_t m_size = 0;
  std::size_t m_capacity = 0;
  std::size_t m_kept_columns;
  bool m_has_computed;
  bool m_keep;
  std::function<void(std::size_t)> m_before_growth;
  RowChecksum m_checksum;
  RowChecksum m_computed;
};

}  // namespace resources::mysql
