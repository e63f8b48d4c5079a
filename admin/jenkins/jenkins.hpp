#pragma once
// Jenkins over its REST protocol, with a user and an API token (so no crumb is needed). One per
// thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "admin/settings/settings.hpp"
#include "core/cancel_token.hpp"
#include "http/client.hpp"
#include "json/value.hpp"

namespace admin {

struct QueueItem {
  bool gone = false;  // 404: it left the queue more than five minutes ago
  bool cancelled = false;
  std::string why;                // why it waits
  std::int64_t build_number = 0;  // 0: still waiting
  std::string build_url;
};

struct Build {
  std::int64_t number = 0;
  std::string url;
  bool building = false;
  std::string result;       // empty while it runs
  std::string description;  // what the pipeline says of it
};

class Jenkins {
 public:
  Jenkins(const JenkinsSettings& settings, const core::CancelToken& cancel);

  // Queues one build and returns the number of the queue item, 0 when Jenkins did not name it.
  // Error(kUnreachable): nobody knows whether Jenkins took it. Any other error: it did not.
  std::int64_t trigger(const std::string& job,
                       const std::map<std::string, std::string>& parameters);
  QueueItem queue_item(std::int64_t id);
  // Among the job's newest hundred builds, by queue item or by its parameter RequestId.
  std::optional<Build> find_build(const std::string& job, std::int64_t queue_id,
                                  const std::string& request_id);
  // Waiting in the queue with this RequestId; 0: none.
  std::int64_t find_queued(const std::string& request_id);
  Build build(const std::string& job, std::int64_t number);

 private:
  json::Value get(const std::string& path);
  std::string job_path(const std::string& job) const;

  std::string m_folder;
  http::Client m_client;
};

}  // namespace admin
