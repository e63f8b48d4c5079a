#pragma once
// Archives and operations as values for the pages.

#include "admin/view/view.hpp"
#include "admin/web/visit.hpp"

namespace admin {

// What a description says and who asked: the service's account in Jenkins signs it with the name.
struct Asked {
  std::string words;
  std::string person;
};
Asked asked_of(const Visit& visit, const std::string& description, const std::string& requested_by);

// {"id","href","created"} for the partial archive_link.html; without the last two when the view
// does not have it, null for "".
json::Value archive_link(const Visit& visit, const std::string& backup_id);

// One line of a list of archives.
json::Value archive_row(const Visit& visit, const ArchiveView& archive);
json::Value archive_rows(const Visit& visit, const std::vector<const ArchiveView*>& archives);
// The parts of an archive: rows or documents, size, facts.
json::Value resource_rows(const std::vector<ResourceView>& resources);

// A running or ended operation: title, percent, stages, time left, link to its build.
json::Value operation_values(const Visit& visit, const OperationView& operation);
// How it ended, in a few words: "restored", "rolled back: ...".
std::string outcome_text(const OperationView& operation);

// The card at the top of the overview; null when nothing was ever published.
json::Value status_values(const Visit& visit);

}  // namespace admin
