#pragma once
// Text for terminals and Jenkins logs out of text that anybody may have typed.

#include <string>
#include <string_view>
#include <vector>

namespace catalogue {

// Valid UTF-8 without control characters or changes of direction: each such character becomes
// \u{..}, each invalid byte \x... `columns`: how wide a terminal shows it.
struct Shown {
  std::string text;
  int columns = 0;
};
Shown shown(std::string_view text);

// Left-aligned columns, two blanks between them; the last one is not padded.
class Table {
 public:
  explicit Table(const std::vector<std::string>& titles) { add(titles); }
  void add(const std::vector<std::string>& cells);
  std::string text() const;

 private:
  std::vector<std::vector<Shown>> m_rows;
  std::vector<int> m_widths;
};

}  // namespace catalogue
