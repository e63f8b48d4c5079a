#pragma once
// The few facts of a resource in an archive by which people tell archives apart.

#include <string>

#include "json/value.hpp"
#include "state/catalogue/archive_record.hpp"

namespace publish {

// From the manifest's `detail` of the resource:
//   deployment: hash, branch, changed_files, untracked_files, unpushed_commits
//   images: {"services": {"web": "1.4.2@sha256:..."}}
//   mysql: {"server": "mariadb 10.11.4", "databases": [names], "tables": 12}
//   any other: its numbers and short texts, and how many entries its lists have
// Always small: no list grows with the data, but that of the services and of the databases.
json::Value summarise(const std::string& resource, const json::Value& detail);

// The stored summary, or, for a row of an older version, one made from its detail. A text that does
// not parse gives an empty summary: the view goes on without it.
json::Value summary_of(const state::ArchiveResource& resource);

}  // namespace publish
