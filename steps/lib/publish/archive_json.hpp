#pragma once
// An archive as the view shows it.

#include "json/value.hpp"
#include "state/catalogue/archive_record.hpp"
#include "state/retention/retention.hpp"

namespace publish {

json::Value resources_json(const state::ArchiveRecord& record);
// `decision`: what the next prune would do with it; null: it has not been asked.
json::Value archive_json(const state::ArchiveRecord& record, const state::Decision* decision);

}  // namespace publish
