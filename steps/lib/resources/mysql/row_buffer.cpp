#include "resources/mysql/row_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "resources/mysql/row_format.hpp"

namespace resources::mysql {

namespace {

// The widest step of the copy below: that much may be written behind the end.
constexpr std::size_t kSlack = 32;

char* copy_escaping_bytes(char* out, const char* from, const char* end) {
  for (; from < end; ++from) {
    const char c = *from;
    if (c == '\\' || c == '\t' || c == '\n') {
      *out++ = '\\';
      *out++ = c == '\t' ? 't' : c == '\n' ? 'n' : c;
    } else {
      *out++ = c;
    }
  }
  return out;
}

// Sixteen bytes at a time while there is nothing to escape, which is nearly always.
char* copy_escaping(char* out, const char* from, std::size_t size) {
  const char* const end = from + size;
#ifdef __SSE2__
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i newline = _mm_set1_epi8('\n');
  while (end - from >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(block, backslash),
                     _mm_or_si128(_mm_cmpeq_epi8(block, tab), _mm_cmpeq_epi8(block, newline)));
    if (_mm_movemask_epi8(special) == 0) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out), block);
      out += 16;
    } else {
      out = copy_escaping_bytes(out, from, from + 16);
    }
    from += 16;
  }
#endif
  return copy_escaping_bytes(out, from, end);
}

}  // namespace

RowBuffer::RowBuffer(const Table& table, bool keep, std::function<void(std::size_t)> before_growth)
    : m_kept_columns(table.columns.size()),
      m_has_computed(!table.computed.empty()),
      m_keep(keep),
      m_before_growth(std::move(before_growth)) {
  for (const auto* columns : {&table.columns, &table.computed})
    for (const auto& column : *columns) m_plain.push_back(needs_no_escape(column) ? 1 : 0);
}

void RowBuffer::reserve(std::size_t bytes) {
  if (bytes > m_capacity) grow(bytes);
}

void RowBuffer::grow(std::size_t bytes) {
  const std::size_t grown = std::max(bytes, m_capacity + m_capacity / 4);
  m_before_growth(grown);
  char* memory = static_cast<char*>(std::realloc(m_bytes.get(), grown));
  if (memory == nullptr) throw std::bad_alloc();
  static_cast<void>(m_bytes.release());
  m_bytes.reset(memory);
  m_capacity = grown;
}

void RowBuffer::add(const char* const* fields, const unsigned long* lengths) {
  if (!m_keep) m_size = 0;
  const std::size_t columns = m_plain.size();
  std::size_t worst = m_size + kSlack;
  for (std::size_t i = 0; i < columns; ++i) worst += 2 * lengths[i] + 3;
  reserve(worst);
  char* const begin = m_bytes.get() + m_size;
  char* const end = write(begin, 0, m_kept_columns, fields, lengths);
  m_checksum.add_row({begin, static_cast<std::size_t>(end - begin)});
  if (m_has_computed) {
    const char* const last = write(end, m_kept_columns, columns, fields, lengths);
    m_computed.add_row({begin, static_cast<std::size_t>(last - begin)});
  }
  *end = '\n';
  m_size = static_cast<std::size_t>(end + 1 - m_bytes.get());
}

char* RowBuffer::write(char* out, std::size_t from, std::size_t to, const char* const* fields,
                       const unsigned long* lengths) const {
  for (std::size_t i = from; i < to; ++i) {
    if (i > 0) *out++ = '\t';
    if (fields[i] == nullptr) {
      *out++ = '\\';
      *out++ = 'N';
    } else if (m_plain[i] != 0) {
      std::memcpy(out, fields[i], lengths[i]);
      out += lengths[i];
    } else {
      out = copy_escaping(out, fields[i], lengths[i]);
    }
  }
  return out;
}

void RowBuffer::clear() {
  m_size = 0;
  m_checksum = {};
  m_computed = {};
}

}  // namespace resources::mysql
