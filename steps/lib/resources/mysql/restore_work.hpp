#pragma once
// Brings the databases of an archive back. Tables first, then rows chunk by chunk, each in one
// transaction with its journal entry; keys when a table's rows are in; the rest at the end.

#include <memory>
#include <string>
#include <vector>

#include "resources/mysql/archived_mysql.hpp"
#include "resources/mysql/connection_pool.hpp"
#include "resources/mysql/load_journal.hpp"
#include "resources/mysql/load_queue.hpp"
#include "resources/mysql/mysql_settings.hpp"
#include "resources/mysql/row_loader.hpp"
#include "resources/mysql/table_builder.hpp"
#include "resources/resource.hpp"

namespace resources::mysql {

// Puts a session into the settings in which an archive's tables and rows are taken as they are.
void set_up_loading(Connection& connection, const MysqlSettings& settings,
                    const ArchivedMysql& archive);

class RestoreWork final : public Work {
 public:
  // `journal`: LoadJournal::kLive, or kStaged for what is loaded into the staged schemas.
  RestoreWork(const MysqlSettings& settings, ArchivedMysql archive, core::Context& context,
              const char* journal = LoadJournal::kLive);

  // What finish() does first.
  void add_foreign_keys();

  std::vector<Task> plan() override;
  // A task is a turn: what it loads is chosen when its turn comes.
  json::Value finish() override;

 private:
  void open_connections();
  void list_tasks();
  void create_tables();
  void queue_rows();
  void load_rows(Connection& connection, const LoadQueue::Turn& turn);
  void take_turn();
  void complete(Connection& connection, const TableTask& task);
  void load_chunk(Connection& connection, const TableTask& task, std::size_t index);
  void attempt_chunk(Connection& connection, RowLoader& loader, std::size_t index,
                     std::string_view rows);
  void load_whole(Connection& connection, const TableTask& task,
                  const std::vector<std::size_t>& chunks);

  const MysqlSettings& m_settings;
  core::Context& m_context;
  ArchivedMysql m_archive;
  const char* m_journal_name;
  std::unique_ptr<Connection> m_control;
  std::unique_ptr<LoadJournal> m_journal;
  ConnectionPool m_workers;
  std::vector<Definition> m_definitions;
  std::vector<TableTask> m_tasks;
  LoadQueue m_queue;
};

}  // namespace resources::mysql
