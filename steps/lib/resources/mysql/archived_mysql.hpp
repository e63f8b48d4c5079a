#pragma once
// What an archive says about the databases in it: the manifest's `detail` of this resource, and the
// members that belong to each table.

#include <cstdint>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/ports.hpp"
#include "resources/mysql/row_checksum.hpp"
#include "resources/mysql/schema.hpp"

namespace resources::mysql {

struct ArchivedTable {
  Table table;  // estimates: what the archive holds
  RowChecksum checksum;
  std::vector<std::size_t> chunks;  // indices of the manifest's members, in order
};

struct ServerIdentity {
  bool mariadb = false;
  std::string version;
  std::uint64_t version_number = 0;
};

class ArchivedMysql {
 public:
  // Throws Error(kIntegrity) when detail and members do not fit together.
  explicit ArchivedMysql(const archive::ArchiveReader& reader);

  const archive::ArchiveReader& reader() const { return m_reader; }
  const ServerIdentity& server() const { return m_server; }
  std::int64_t cut_unix_seconds() const { return m_cut_unix_seconds; }
  const std::vector<std::string>& databases() const { return m_databases; }
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

  const archive::ArchiveReader& m_reader;
  ServerIdentity m_server;
  std::int64_t m_cut_unix_seconds = 0;
  std::vector<std::string> m_databases;
  std::vector<ArchivedTable> m_tables;
};

// The other direction: what a capture leaves in the manifest.
json::Value table_to_json(const Table& table, const RowChecksum& checksum);

}  // namespace resources::mysql
