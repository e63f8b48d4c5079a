#pragma once
// Creates everything of an archive but tables: databases, sequences, routines, views, triggers,
// events. Each in the session settings that it was first created in.

#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "resources/mysql/connection.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

class ObjectBuilder {
 public:
  ObjectBuilder(Connection& connection, LoadJournal& journal, core::Context& context,
                std::optional<std::string> definer, std::int64_t cut_unix_seconds);

  void create_databases(const std::vector<Definition>& definitions);
  void create_sequences(const std::vector<Definition>& definitions);
  // Routines, then views until none is left that waits for another, then triggers, then events,
  // disabled: clean_up() wakes them once the restore is proved. A view that was broken already and
  // that the server refuses is named in a note and left out.
  void create_programs(const std::vector<Definition>& definitions);

 private:
  void create_once(const Definition& definition);
  void create(const Definition& definition);
  void create_views(std::vector<const Definition*> waiting);
  void leave_out_broken(const std::vector<const Definition*>& views, const SqlError& reason);
  std::string made_at(const Definition& event) const;
  void create_event(Definition definition);

  Connection& m_connection;
  LoadJournal& m_journal;
  core::Context& m_context;
  std::optional<std::string> m_definer;
  std::int64_t m_cut_unix_seconds;
};

// DROP ... IF EXISTS, after a look at the lease.
void drop_object(Connection& connection, core::Context& context, const Definition& definition);

// Puts the session into the settings of `definition`, and back.
void enter_settings(Connection& connection, const Definition& definition);
void leave_settings(Connection& connection);
// The statement that creates a disabled event, whatever its status was.
std::string disabled_event(const std::string& statement);

}  // namespace resources::mysql
