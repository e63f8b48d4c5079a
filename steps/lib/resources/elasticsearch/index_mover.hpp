#pragma once
// Moves one index: live aside and staged in, or aside back. Begins wherever an earlier run ended;
// the servers show where that is. Any thread, one index at a time.

#include <string>

#include "resources/elasticsearch/index_changes.hpp"
#include "resources/elasticsearch/move_records.hpp"
#include "resources/elasticsearch/search_servers.hpp"

namespace resources::elasticsearch {

class IndexMover {
 public:
  IndexMover(const SearchServers& servers, core::Context& context)
      : m_servers(servers),
        m_context(context),
        m_changes(*servers.cluster, *servers.once, context),
        m_records(context.moves) {}

  // Afterwards a copy of the staged index has the live name, or nothing has where nothing is
  // staged. The copy still blocks writes. Throws Error(kPrecondition), with the live index in
  // place, when something has written to it since `move` was recorded.
  void move_in(const std::string& index, IndexMove move);
  // Afterwards the live name has what it had: the index itself, a copy of the aside, or nothing.
  void move_back(const std::string& index, IndexMove move);

 private:
  void put_aside(const std::string& index, IndexMove& move);
  void require_aside(const std::string& index, const IndexMove& move);
  void put_in(const std::string& index, IndexMove& move);
  void discard(const std::string& index, IndexMove& move);
  void copy_back(const std::string& index, IndexMove& move);
  void require_equal(const std::string& copy, const std::string& sequence);
  // Whether `name` is a complete copy of `source`.
  bool is_copy(const std::string& name, const KnownIndex& source);

  const SearchServers& m_servers;
  core::Context& m_context;
  IndexChanges m_changes;
  MoveRecords m_records;
};

}  // namespace resources::elasticsearch
