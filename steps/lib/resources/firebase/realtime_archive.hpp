#pragma once
// The part Realtime Database inside an archive. Manifest detail:
//   {"databases": [{"url", "paths", "published", "rules": true,
//                   "contents": {"/users": {"values", "checksum"}}}]}
// Members of a database: "data", lines of a path as a JSON text, a tab and the value in the export
// format; "priorities", the same for nodes that were split; "rules", as they were written.

#include <map>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/content_sum.hpp"
#include "resources/firebase/realtime_site.hpp"

namespace resources::firebase {

using RealtimeContents = std::map<std::string, core::ContentSum>;  // by top_of()

// The sum over every value and priority of a piece.
class RealtimeSums {
 public:
  explicit RealtimeSums(const RealtimeSite& site) : m_site(site) {}
  void add_piece(const std::string& path, std::string_view json);
  void add_priority(const std::string& path, std::string_view json);
  const RealtimeContents& contents() const { return m_contents; }

 private:
  void add(const std::string& path, const std::string& value);

  const RealtimeSite& m_site;
  core::RecordHash m_hash;
  RealtimeContents m_contents;
};

void merge(RealtimeContents& into, const RealtimeContents& more);

struct ArchivedRealtime {
  std::string url;
  std::vector<std::string> paths;
  std::string published;
  RealtimeContents contents;
  std::vector<const archive::Member*> data;
  const archive::Member* priorities = nullptr;
  const archive::Member* rules = nullptr;

  std::uint64_t values() const;
};

json::Value to_json(const ArchivedRealtime& database, bool with_rules);
// Views into `archive`. Throws Error(kIntegrity).
std::vector<ArchivedRealtime> archived_realtime(const archive::ArchiveReader& archive);

archive::ChunkName realtime_name(std::size_t database, const std::string& kind, std::size_t number,
                                 std::uint64_t lines);

// One line, and back: the path and the JSON of its value.
void append_line(std::string& text, const std::string& path, std::string_view json);
struct RealtimeLine {
  std::string path;
  std::string_view json;
};
RealtimeLine parse_line(std::string_view line);

// An archived database and where it is configured now, by its URL; the only ones belong together
// whatever their URLs are. Throws Error(kConfiguration) for one that is configured nowhere, or with
// other paths.
struct RealtimePair {
  ArchivedRealtime archived;
  RealtimeSite site;
};
std::vector<RealtimePair> pair_up(const Settings& settings, const archive::ArchiveReader& archive,
                                  const core::CancelToken& cancel);

}  // namespace resources::firebase
