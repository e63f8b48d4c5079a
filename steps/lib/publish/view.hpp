#pragma once
// What people may see of an environment: state, running and last operation, archives, what the next
// prune would remove, storage. docs/published-view.md lists every key. No secrets.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "environment/environment.hpp"
#include "json/value.hpp"
#include "state/publication/publication.hpp"
#include "state/retention/retention.hpp"
#include "state/state_file.hpp"

namespace publish {

inline constexpr int kViewFormat = 1;

class View {
 public:
  // Reads all but the archives.
  View(const environment::Environment& environment, const state::StateFile& file);

  std::int64_t revision() const { return m_publication.revision; }
  std::int64_t catalogue_revision() const { return m_publication.catalogue_revision; }
  // Every key but "archives".
  json::Value head() const;
  // One after the other, newest first: a catalogue may be large.
  void visit_archives(const std::function<void(json::Value archive)>& visit) const;

 private:
  const environment::Environment& m_environment;
  const state::StateFile& m_file;
  state::Publication m_publication;
  std::map<std::string, state::Decision> m_decisions;  // by BackupId
};

state::RetentionRules retention_rules(const environment::Retention& retention);
// What a prune keeps whatever these rules say: an archive that was missing once and is there now,
// too.
state::Protected kept_archives(const environment::Environment& environment,
                               const state::StateFile& file,
                               const std::vector<state::ArchiveRecord>& records);

}  // namespace publish
