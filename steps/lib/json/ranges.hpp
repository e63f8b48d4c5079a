#pragma once
// Cuts JSON text into byte ranges without reading values: a number, an escape or a space is never
// touched, so what is copied by range is copied exactly. Checks structure only as far as needed to
// know where a value ends; what it returns from a well-formed text is exact, from any other text it
// is either refused or some range inside the text.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace json {

// Finds the end of one object or array that arrives in pieces.
class ValueEnd {
 public:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  // Before the first byte of the next value.
  void reset();
  // Takes the next bytes of the value; the first piece begins with '{' or '['. Returns how many of
  // them belong to it; done() tells whether it ended there.
  std::size_t feed(std::string_view piece);
  bool done() const { return m_depth == 0 && m_offset > 0; }
  // Objects and arrays right inside the value, in order, as offsets from its first byte.
  const std::vector<Range>& inner() const { return m_inner; }

 private:
  const char* in_string(const char* at, const char* end);
  const char* outside(const char* at, const char* begin, const char* end);

  std::size_t m_offset = 0;  // of the next piece
  std::size_t m_depth = 0;
  bool m_in_string = false;
  bool m_escaped = false;  // the next byte follows an odd number of backslashes
  std::vector<Range> m_inner;
};

// One member of an object. `key` is without quotes, escapes left; `value` is exactly what stands
// between colon and comma, white space included.
struct RawMember {
  std::string_view key;
  std::string_view value;
};

// The members of an object. `inner`: ranges of its inner objects and arrays where they are known,
// so that their bytes are not scanned again. Throws Error(kIntegrity) for anything but an object.
std::vector<RawMember> members_of(std::string_view object,
                                  const std::vector<ValueEnd::Range>& inner = {});
// The same into a vector whose memory is used again.
void members_of(std::string_view object, const std::vector<ValueEnd::Range>& inner,
                std::vector<RawMember>& members);
// The elements of an array, white space around them included.
std::vector<std::string_view> elements_of(std::string_view array);

// The value of `key`, trimmed; nothing when absent.
std::optional<std::string_view> find_member(std::string_view object, std::string_view key);
// The same, but throws Error(kIntegrity) naming the key when it is absent.
std::string_view member(std::string_view object, std::string_view key);

std::string_view trimmed(std::string_view value);
// "\"a\\u0062\"" -> "ab". Throws Error(kIntegrity) for anything but a JSON string.
std::string decode_string(std::string_view value);
// The opposite, with quotes.
std::string encode_string(std::string_view text);
// Appends the value without the white space between its tokens.
void append_compact(std::string& text, std::string_view value);

}  // namespace json
