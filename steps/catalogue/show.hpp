#pragma once
// Archives as tables for people and as JSON for programs.

#include <string>

#include "catalogue/table.hpp"
#include "json/value.hpp"
#include "state/catalogue/archive_record.hpp"

namespace catalogue {

// "verified", "complete", "damaged", "writing", "failed", "pruned".
std::string state_of(const state::ArchiveRecord& record);

// Empty, with the titles of the columns that add_row fills.
Table list_table();
void add_row(Table& table, const state::ArchiveRecord& record);
json::Value to_json(const state::ArchiveRecord& record);
// Everything known about one: resources with rows and sizes, image tags, git hash.
std::string show_text(const state::ArchiveRecord& record, const std::string& path);

}  // namespace catalogue
