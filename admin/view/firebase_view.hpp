#pragma once
// The view as the step publish keeps it in Firebase's Realtime Database: `<url>/view` changes often
// and is small, `<url>/archives` is large and read again only when its revision has changed.

#include <cstdint>
#include <optional>
#include <string>

#include "admin/settings/settings.hpp"
#include "core/cancel_token.hpp"
#include "google/service.hpp"
#include "json/value.hpp"

namespace admin {

class FirebaseView {
 public:
  FirebaseView(const EnvironmentSource& source, const core::CancelToken& cancel);

  // The whole document in the form of the export; nullopt: the same as at the last call. Throws
  // Error(kNotFound) while nothing was published, and whatever google::Service throws.
  std::optional<json::Value> changed();
  // What changed() gave last could not be used: it counts as not seen.
  void forget() { m_revision = -1; }

 private:
  google::Service m_service;
  std::int64_t m_revision = -1;
  std::int64_t m_archives_revision = -1;
  json::Value m_archives;
};

}  // namespace admin
