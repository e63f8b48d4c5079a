#pragma once
// One line of config-local/index.ndjson.zst: an Entry as JSON. Paths, link targets and attribute
// names are percent-encoded (all but [A-Za-z0-9_./-]), attribute values are hex:
//   {"path":"app/site.conf","type":"file","mode":"0640","uid":0,"gid":33,"user":"root",
//    "group":"www-data","mtime_seconds":1700000000,"mtime_nanoseconds":5,"size":120,
//    "sha256":"...","pack":1}
// Instead of pack: "content" and "parts" (a file of its own), "same_file_as" (a hard link).
// Further keys: "target" (symlink), "attributes" {name: value}, "data" [[offset, length]...] (a
// sparse file; its sha256 is that of the data without the holes).

#include <string>
#include <string_view>

#include "resources/config_local/tree.hpp"

namespace resources::config_local {

// Appends the line and its newline.
void append_line(std::string& out, const Entry& entry, const Tree& tree);

// Parses one line; the owners' names go into `tree`. Trusts nothing: throws Error(kIntegrity) for a
// path that is absolute, holds "..", an empty or an overlong part, for holes outside the file...
Entry parse_line(std::string_view line, Tree& tree);

}  // namespace resources::config_local
