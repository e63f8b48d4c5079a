#pragma once
// Compares live databases with an archive: every definition, and every table's rows by number and
// checksum. Reads what a dump would read, and changes nothing.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection_pool.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/mysql/range_planner.hpp"
#include "resources/resource.hpp"

namespace resources::mysql {

class ProveWork final : public Work {
 public:
  ProveWork(const MysqlSettings& settings, const archive::ArchiveReader& archive,
            core::Context& context);

  std::vector<WorkItem> plan() override;
  void run(const WorkItem& item) override;
  // What differs is struck from the restore's journal, so that the same restore mends it.
  json::Value finish() override;

 private:
  struct Part {
    std::size_t table;  // of m_archive.tables()
    Range range;
  };

  void open_connections();
  void compare_objects();
  void compare_rows();
  void plan_tables(Connection& connection);
  void add_difference(const Definition& definition, std::string expected, std::string found);
  void strike_from_journal();

  const MysqlSettings& m_settings;
  core::Context& m_context;
  ArchivedMysql m_archive;
  ConnectionPool m_readers;
  std::vector<Definition> m_definitions;  // of the archive
  Schema m_live;
  std::map<std::string, Part> m_parts;
  std::mutex m_mutex;
  std::vector<RowChecksum> m_sums;  // by table of the archive
  std::vector<Difference> m_differences;
  std::vector<std::string> m_journal_items;  // of what differs
};

}  // namespace resources::mysql
