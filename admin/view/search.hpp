#pragma once
// Which archives a page of the list shows.

#include <string>
#include <vector>

#include "admin/view/view.hpp"

namespace admin {

struct Search {
  std::string text;  // words, all of which stand in id, description, person or facts; any case
  std::string kind;  // backup, safety; empty: both
  std::string only;  // verified, unverified, damaged, pinned, leaving; empty: all
  std::string from;  // "2026-11-01": first day, UTC; empty
  std::string to;    // last day
};

struct Found {
  std::vector<const ArchiveView*> archives;  // of this page, newest first
  std::size_t total = 0;
  std::size_t page = 1;
  std::size_t pages = 1;
};

// `page` counts from 1 and is brought into what there is.
Found search(const View& view, const Search& wanted, std::size_t page, std::size_t per_page);

}  // namespace admin
