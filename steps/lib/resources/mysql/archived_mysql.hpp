#pragma once
// What an archive says about the databases in it: the manifest's `detail` of this resource, and the
// members that belong to each table.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/mysql/row_checksum.hpp"
#include "resources/mysql/schema.hpp"
#include "resources/mysql/staging_names.hpp"

namespace resources::mysql {

struct ArchivedTable {
  Table table;  // estimates: what the archive holds
  RowChecksum checksum;
  std::optional<RowChecksum> computed;  // with stored generated columns; where there are any
  std::vector<std::size_t> chunks;      // indices of the manifest's members, in order
};

// Which parts of an archive are acted on, and under which names: as if the archive held just that.
struct ArchiveView {
  // A database without an entry keeps its name. With entries, foreign keys to tables that are not
  // viewed are left out.
  SchemaNames schemas;
  // Of a table or sequence by its archived names; empty: all of them.
  std::function<bool(const std::string& database, const std::string& name)> holds_table;
  bool others = true;  // databases, views, routines, triggers, events and accounts too
};

struct ServerIdentity {
  bool mariadb = false;
  std::string version;
  std::uint64_t version_number = 0;
};

class ArchivedMysql {
 public:
  // Throws Error(kIntegrity) when detail and members do not fit together.
  explicit ArchivedMysql(const archive::ArchiveReader& reader, ArchiveView view = {});

  const archive::ArchiveReader& reader() const { return m_reader; }
  const ServerIdentity& server() const { return m_server; }
  std::int64_t cut_unix_seconds() const { return m_cut_unix_seconds; }
  // In which the archived server computed generated columns; empty: not known, or UTC.
  const std::string& time_zone() const { return m_time_zone; }
  const std::vector<std::string>& databases() const { return m_databases; }  // as viewed
  const std::vector<ArchivedTable>& tables() const { return m_tables; }
  const archive::Member& member(std::size_t index) const;
  std::uint64_t plain_bytes() const;

  // All definitions, in the order of creation; read from the archive at each call.
  std::vector<Definition> definitions(core::Context& context) const;
  // "CREATE USER ..." and "GRANT ..." statements, by account.
  struct Account {
    std::string account;
    std::vector<std::string> statements;
  };
  std::vector<Account> accounts(core::Context& context) const;

 private:
  void read_tables(const json::Value& detail);
  void place_chunks();
  std::string read(const archive::Member& member, core::Context& context) const;

  std::string viewed(const std::string& database) const;
  bool holds(const Definition& definition) const;
  void rename(Definition& definition) const;
  void apply_view();

  const archive::ArchiveReader& m_reader;
  ArchiveView m_view;
  ServerIdentity m_server;
  std::int64_t m_cut_unix_seconds = 0;
  std::string m_time_zone;
  std::vector<std::string> m_databases;
  std::vector<ArchivedTable> m_tables;
};

// The other direction: what a capture leaves in the manifest.
json::Value table_to_json(const Table& table, const RowChecksum& checksum,
                          const RowChecksum& computed);

}  // namespace resources::mysql
