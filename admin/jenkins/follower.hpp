#pragma once
// Carries a request from the form to the result of its build: one thread asks Jenkins once, another
// follows queue item and build until it has ended. However slow Jenkins is, pages do not wait for
// it.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "admin/jenkins/jenkins.hpp"
#include "admin/store/audit.hpp"
#include "admin/store/requests.hpp"
#include "core/cancel_token.hpp"
#include "core/clock.hpp"

namespace admin {

class Follower {
 public:
  Follower(const JenkinsSettings& settings, Requests& requests, Audit& audit,
           const core::Clock& clock);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // Records the request and has Jenkins asked; returns when it has answered, or after two seconds.
  // A request whose id was used before is not sent again. Never throws for what Jenkins does: the
  // request's state and message say it.
  void start(JobRequest request);
  // Sends a request again of which nobody knows whether Jenkins took it: same id, so that a build
  // of it that exists makes this one end without doing anything.
  void send_again(const std::string& id);
  // One look at every open request; the thread does so every two seconds.
  void look();

 private:
  struct Due {
    std::string id;
    bool again = false;
  };
  void hand_over(const Due& due);
  bool is_due(const std::string& id) const;  // m_mutex is held
  bool is_being_sent(const std::string& id);
  std::optional<Due> next_due();
  void send_all();
  void send_one(const Due& due);
  void send(JobRequest request);
  bool take(const std::string& id, std::chrono::seconds wait = std::chrono::seconds(0));
  void release(const std::string& id);
  void run();
  void look_at(JobRequest request, Jenkins& jenkins);
  void give_up(JobRequest& request);
  void find_again(JobRequest& request, Jenkins& jenkins);
  void follow_queue(JobRequest& request, Jenkins& jenkins);
  void take_build(JobRequest& request, const Build& build);
  void save(JobRequest& request);
  void audit(const JobRequest& request, const std::string& result);

  JenkinsSettings m_settings;
  Requests& m_requests;
  Audit& m_audit;
  const core::Clock& m_clock;
  std::mutex m_mutex;  // of m_busy, m_due, m_woken
  std::condition_variable m_wake;
  std::condition_variable m_released;
  std::map<std::string, bool> m_busy;  // requests that one thread works on just now
  std::deque<Due> m_due;               // to be sent; the first is being sent
  bool m_woken = false;
  core::CancelToken m_ending;
  std::thread m_sending;
  std::thread m_looking;
};

}  // namespace admin
