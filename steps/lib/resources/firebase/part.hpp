#pragma once
// Firebase is backed up in parts: Firestore, Auth users, Realtime Database. A part is a Resource of
// its own inside this folder. Its name() is its key in the section of environment.json and in the
// manifest's detail, {"parts": {"firestore": {...}}}; its members and journal entries are those of
// resource `firebase`, with {"part": name} in a member's meta and "<name>/" in front of an entry.
// A part without a cut reads nothing in finish(): users may be back by then.
// All parts are made in part_registry.cpp; what each does lies in the files that bear its name.

#include <memory>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "resources/resource.hpp"
#include "resources/says_what_it_holds.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

class Part : public Resource, public SaysWhatItHolds {};
using Parts = std::vector<std::unique_ptr<Part>>;

// The configured ones, in the order in which they are named to people.
Parts make_parts(const Settings& settings);

// "firebase/<part>/<path>"; `path` is encoded already.
archive::ChunkName member_name(const std::string& part, const std::string& path);
// The detail of a part in an archive; null when the archive holds none of it.
const json::Value* part_detail(const archive::ArchiveReader& archive, const std::string& part);
std::vector<const archive::Member*> members_of(const archive::ArchiveReader& archive,
                                               const std::string& part);
// All parts that an archive holds.
std::vector<std::string> archived_parts(const archive::ArchiveReader& archive);

}  // namespace resources::firebase
