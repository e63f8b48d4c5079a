#pragma once
// What an archive holds beside what is live now, for the person who is about to swap them.

#include <string>
#include <vector>

#include "admin/view/view.hpp"

namespace admin {

struct ComparedFact {
  std::string label;    // "Documents", "hash", "tags.api"
  std::string archive;  // empty: not there
  std::string now;
  bool differs = false;
};

struct ComparedResource {
  std::string name;
  std::string absent;  // why the archive lacks it: a restore leaves it alone
  bool only_in_archive = false;
  bool only_now = false;  // a restore leaves it as it is
  std::vector<ComparedFact> facts;
  bool differs = false;
};

std::vector<ComparedResource> compare(const ArchiveView& archive, const View& view);

// "MySQL databases" for "mysql"; the name itself when it is not known.
std::string title_of_resource(const std::string& name);
// What its count counts: "rows", "documents", "files".
std::string unit_of_resource(const std::string& name);
// "Git commit" for "hash", "api" for "services.api"; empty for a fact that says nothing to people.
std::string title_of_fact(const std::string& path);
// As much of it as tells two apart at a glance: "4.2.0 (bd1af3cd3b65)", "9520fafeadd1".
std::string shown_fact(const std::string& path, const std::string& text);
// Whether a size of it says something: of images an archive holds the names only.
bool has_size(const std::string& resource);
// Whether its count of rows says something: of files the facts tell more.
bool has_count(const std::string& resource);

}  // namespace admin
