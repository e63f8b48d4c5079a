#pragma once
// Text for terminals and Jenkins logs out of text that anybody may have typed.

#include <cstddef>
#include <initializer_list>
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
  explicit Table(std::initializer_list<std::string_view> titles) { add(titles); }
  void add(std::initializer_list<std::string_view> cells);
  std::string text() const;

 private:
  // A hundred thousand rows: one text for all cells instead of a string for each.
  struct Cell {
    std::size_t length;
    int columns;
    bool last;  // of its row
  };
  std::string m_text;
  std::vector<Cell> m_cells;
  std::vector<int> m_widths;
};

}  // namespace catalogue
