#pragma once
// What is lost with a damaged member of config_local, for people.

#include <optional>
#include <string>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/config_local/index.hpp"

namespace resources::config_local {

// Of one archive; reads its index when the first damaged member asks for it.
class DamagedFiles {
 public:
  // Both must outlive this.
  DamagedFiles(const archive::ArchiveReader& archive, core::Context& context)
      : m_archive(archive), m_context(context) {}

  // "files app/site.conf, app/users.conf and 3 more": those whose bytes lie in the member, paths
  // percent-encoded. Empty for a member of another resource, for one that holds no file, and when
  // the index cannot be read either.
  std::string in(const archive::Member& member);

 private:
  const ArchivedTree& index();

  const archive::ArchiveReader& m_archive;
  core::Context& m_context;
  std::optional<ArchivedTree> m_index;
};

}  // namespace resources::config_local
