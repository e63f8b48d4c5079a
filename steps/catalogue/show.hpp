#pragma once
// Archives as tables for people and as JSON for programs.

#include <set>
#include <string>
#include <vector>

#include "json/value.hpp"
#include "state/catalogue/archive_record.hpp"

namespace catalogue {

// "verified", "complete", "damaged", "writing", "failed", "pruned".
std::string state_of(const state::ArchiveRecord& record);

std::string list_text(const std::vector<state::ArchiveRecord>& records);
json::Value to_json(const state::ArchiveRecord& record);
// Everything known about one: resources with rows and sizes, image tags, git hash.
std::string show_text(const state::ArchiveRecord& record, const std::string& path);

}  // namespace catalogue
