#pragma once
// The configured databases of the part Firestore, ready to be spoken to.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/firebase/firestore_database.hpp"
#include "resources/settings.hpp"

namespace resources::firebase {

inline constexpr const char* kFirestore = "firestore";

struct FirestoreSite {
  std::shared_ptr<Database> database;
  Roots roots;
  std::string published;  // see published_place.hpp
};

std::vector<Roots> configured_roots(const Settings& settings);
std::vector<FirestoreSite> open_sites(const Settings& settings, const core::CancelToken& cancel);
// The same for what an archive holds, in the project that is configured now. Throws
// Error(kConfiguration) for a database or a collection that is not configured.
std::vector<FirestoreSite> open_sites(const Settings& settings, const std::vector<Roots>& archived,
                                      const core::CancelToken& cancel);

// The collections that a read has to walk through: the roots, or all of the database's.
std::vector<std::string> collections_of(Database& database, const Roots& roots,
                                        const std::string& read_time);

// The moment at which to read. Nothing when there is no such database and `may_be_missing`; else
// that throws Error(kNotFound).
std::optional<std::string> moment_of(Database& database, bool may_be_missing);

}  // namespace resources::firebase
