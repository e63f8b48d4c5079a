#pragma once
// The audit trail: who did what, when, from where and with which result. One JSON object a line in
// <data_folder>/audit/<year>-<month>.ndjson, appended and synced before the act goes on; nothing
// here ever removes or changes a line. Any thread.

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace admin {

struct AuditEntry {
  std::string at;  // ISO-8601, filled in by record()
  std::string user;
  std::string role;
  std::string address;
  std::string action;       // "login", "restore", "pin"
  std::string environment;  // empty when the act concerns none
  std::string subject;      // BackupId or account; empty
  std::string result;       // "ok", "refused: ...", "sent", "SUCCESS"
  std::string request_id;   // of a job that was asked for; empty
};

class Audit {
 public:
  Audit(const std::string& data_folder, const core::Clock& clock);

  // Durable when it returns. Throws Error(kStorage): an act that cannot be recorded is not done.
  void record(AuditEntry entry);
  // Newest first; `skip` of them left out. Lines that a crash cut short are passed over.
  std::vector<AuditEntry> newest(std::size_t skip, std::size_t count) const;

 private:
  std::string m_folder;
  const core::Clock& m_clock;
  mutable std::mutex m_mutex;
};

}  // namespace admin
