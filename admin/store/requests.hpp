#pragma once
// What people asked Jenkins for: one file per request, <data_folder>/requests/<id>.json, written
// before Jenkins is asked, so that the same form sent twice, or a crash in between, never starts a
// second build. The id is the job's RequestId. Any thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace admin {

enum class RequestState {
  kSending,    // Jenkins is being asked, or nobody knows whether it was
  kQueued,     // it gave a queue item
  kBuilding,   // the build runs
  kEnded,      // `result` tells how
  kCancelled,  // taken out of the queue
  kRejected,   // Jenkins refused: nothing was started
};

std::string to_text(RequestState state);

struct JobRequest {
  std::string id;  // 32 hex digits
  std::string environment;
  std::string action;  // backup, restore, undo, pin, unpin, verify
  std::string job;     // "restore-environment"
  std::map<std::string, std::string> parameters;
  std::string user;
  std::string role;
  std::string address;
  std::int64_t created_ms = 0;
  std::int64_t changed_ms = 0;
  RequestState state = RequestState::kSending;
  std::int64_t queue_id = 0;  // 0: unknown
  std::int64_t build_number = 0;
  std::string build_url;    // as Jenkins calls it, for people
  std::string result;       // SUCCESS, FAILURE, ABORTED, UNSTABLE
  std::string description;  // of the build: what it refused, or what it made
  std::string message;      // for people: why it waits, or what is wrong
  std::string technical;    // the same for an administrator; empty: nothing more is known

  bool open() const { return state <= RequestState::kBuilding; }
};

bool is_request_id(const std::string& text);

class Requests {
 public:
  // Reads what is there; files older than 90 days go.
  Requests(const std::string& data_folder, std::int64_t now_ms);

  // False when a request of this id exists: it is left as it is.
  bool create(const JobRequest& request);
  void save(const JobRequest& request);
  std::optional<JobRequest> find(const std::string& id) const;
  std::vector<JobRequest> open() const;
  // Newest first.
  std::vector<JobRequest> of(const std::string& environment, std::size_t count) const;

 private:
  std::string path_of(const std::string& id) const;
  void load(const std::string& path, std::int64_t oldest_ms);

  std::string m_folder;
  mutable std::mutex m_mutex;
  std::map<std::string, JobRequest> m_requests;
};

}  // namespace admin
