#pragma once
// The databases and paths that are configured, each with the place of the published view, which is
// left out of everything.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/firebase/realtime_database.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

inline constexpr const char* kRealtime = "realtime";

struct RealtimeSite {
  std::shared_ptr<RealtimeDatabase> database;
  std::vector<std::string> roots;  // disjoint paths; one "" for the whole database
  std::string published;           // path of the view in this database; empty: it is elsewhere
  std::size_t piece_bytes = 0;     // most of a piece that is read or written at once

  bool whole() const { return roots.size() == 1 && roots.front().empty(); }
  bool is_published(const std::string& path) const {
    return !published.empty() && lies_in(path, published);
  }
  // The view lies somewhere below the path.
  bool holds_published(const std::string& path) const {
    return !published.empty() && lies_in(published, path);
  }
};

// Throws Error(kConfiguration) for paths that lie in one another or in the published view.
std::vector<RealtimeSite> open_realtime(const Settings& settings, const core::CancelToken& cancel);

// The largest subtrees of the configured paths that hold nothing of the published view.
std::vector<std::string> subtrees(const RealtimeSite& site);

// Reads subtrees in pieces of at most piece_bytes, split along keys where they are larger.
class RealtimeReader {
 public:
  using Take = std::function<void(const std::string& path, std::string_view json)>;

  // `piece`: a value with all below it. `priority`: of a node that was split.
  RealtimeReader(const RealtimeSite& site, Take piece, Take priority)
      : m_site(site), m_piece(std::move(piece)), m_priority(std::move(priority)) {}
  void read(const std::string& path);
  void read_priority(const std::string& path);

 private:
  void split(const std::string& path);

  const RealtimeSite& m_site;
  Take m_piece;
  Take m_priority;
};

// Paths that one item reads: a root that fits into a piece is one item, any other a few dozen.
using Parcel = std::vector<std::string>;
struct Parcels {
  std::vector<Parcel> list;
  std::vector<std::string> split;  // roots whose own priority no parcel holds
};
Parcels parcels_of(const RealtimeSite& site);

// "/app/users/jack" -> "/app/users" for the root "/app": by which differences are named.
std::string top_of(const RealtimeSite& site, const std::string& path);

}  // namespace resources::firebase
