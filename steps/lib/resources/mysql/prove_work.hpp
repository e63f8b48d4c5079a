#pragma once
// Compares live databases with an archive: every definition, and every table's rows by number and
// checksum. Reads what a dump would read, and changes nothing.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection_pool.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/mysql/proof_mark.hpp"
#include "resources/mysql/range_planner.hpp"
#include "resources/resource.hpp"

namespace resources::mysql {

// kLive: the databases as they are. kStaged: what was loaded beside them; once it is proved, what
// it was rehearsed with goes.
enum class Proof { kLive, kStaged };

class ProveWork final : public Work {
 public:
  // `known`: rows of a table that the server shows to be unchanged since are not read again.
  ProveWork(const MysqlSettings& settings, ArchivedMysql archive, core::Context& context,
            Proof proof = Proof::kLive, std::optional<ProofMark> known = std::nullopt);

  std::vector<Task> plan() override;
  // What differs is struck from the restore's journal, so that the same restore mends it.
  json::Value finish() override;

 private:
  void open_connections();
  bool is_known(Connection& connection, const Table& table) const;
  void end_rehearsal();
  void compare_objects();
  void compare_rows();
  void compare_computed(const ArchivedTable& archived, const RowChecksum& found);
  void plan_tables(Connection& connection);
  // One range of m_archive.tables()[number].
  void sum_up(std::size_t number, const Range& range);
  void add_difference(const Definition& definition, std::string expected, std::string found);
  void strike_from_journal();

  const MysqlSettings& m_settings;
  core::Context& m_context;
  ArchivedMysql m_archive;
  Proof m_proof;
  std::optional<ProofMark> m_known;
  ProofMark m_began;  // this proof
  ConnectionPool m_readers;
  std::vector<Definition> m_definitions;  // of the archive
  Schema m_live;
  std::vector<Task> m_plan;
  std::mutex m_mutex;
  std::vector<RowChecksum> m_sums;      // by table of the archive
  std::vector<RowChecksum> m_computed;  // the same with stored generated columns
  std::vector<Difference> m_differences;
  std::vector<std::string> m_journal_items;  // of what differs
};

}  // namespace resources::mysql
