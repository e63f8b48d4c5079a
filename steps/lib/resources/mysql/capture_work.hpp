#pragma once
// The capture of a backup: opens the cut, copies ranges of tables side by side, and says at the end
// what the archive holds.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resources/mysql/cut.hpp"
#include "resources/mysql/table_capture.hpp"
#include "resources/resource.hpp"

namespace resources::mysql {

class CaptureWork final : public Work {
 public:
  CaptureWork(const MysqlSettings& settings, archive::ChunkSink& sink, core::Context& context);

  std::vector<Task> plan() override;
  json::Value finish() override;

 private:
  void copy_while_locked(Connection& connection, const Schema& schema);
  TableCapture& add_table(const Table& table);
  void plan_table(Connection& connection, const Table& table);
  // `read` with a connection that sees the cut.
  void with_reader(const std::function<void(Connection&)>& read);
  void put_definitions();
  void put_accounts();
  json::Value server_json() const;

  const MysqlSettings& m_settings;
  archive::ChunkSink& m_sink;
  core::Context& m_context;
  std::vector<std::unique_ptr<TableCapture>> m_tables;
  std::vector<Task> m_plan;
  std::unique_ptr<Cut> m_cut;
  std::int64_t m_cut_unix_seconds = 0;
  std::string m_time_zone;
};

}  // namespace resources::mysql
