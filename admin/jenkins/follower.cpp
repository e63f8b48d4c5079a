#include "admin/jenkins/follower.hpp"

#include <csignal>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace admin {

namespace {

constexpr auto kLookEvery = std::chrono::seconds(2);
// So long a request that nobody has seen in Jenkins is looked for before it counts as not taken.
constexpr std::int64_t kSearchMs = 60'000;
// So long a person's click waits for a look at the same request that is under way.
constexpr auto kLookLasts = std::chrono::seconds(10);

}  // namespace

Follower::Follower(const JenkinsSettings& settings, Requests& requests, Audit& audit,
                   const core::Clock& clock)
    : m_settings(settings), m_requests(requests), m_audit(audit), m_clock(clock) {
  m_thread = std::thread([this] { run(); });
}

Follower::~Follower() {
  m_ending.cancel(SIGTERM);
  m_wake.notify_all();
  m_thread.join();
}

void Follower::save(JobRequest& request) {
  request.changed_ms = m_clock.now_ms();
  m_requests.save(request);
}

void Follower::audit(const JobRequest& request, const std::string& result) {
  const auto subject = request.parameters.find("BackupId");
  m_audit.record({"", request.user, request.role, request.address, request.action,
                  request.environment, subject == request.parameters.end() ? "" : subject->second,
                  result, request.id});
}

bool Follower::take(const std::string& id, std::chrono::seconds wait) {
  std::unique_lock lock(m_mutex);
  m_released.wait_for(lock, wait, [&] { return m_busy.count(id) == 0; });
  return m_busy.emplace(id, true).second;
}

void Follower::release(const std::string& id) {
  const std::lock_guard lock(m_mutex);
  m_busy.erase(id);
  m_released.notify_all();
}

void Follower::start(JobRequest request) {
  request.created_ms = request.changed_ms = m_clock.now_ms();
  request.state = RequestState::kSending;
  if (!take(request.id)) return;
  if (m_requests.create(request)) {
    audit(request, "asked for");
    send(request);
  }
  release(request.id);
}

void Follower::send_again(const std::string& id) {
  if (!take(id, kLookLasts)) return;
  const auto request = m_requests.find(id);
  if (request && request->state == RequestState::kSending) {
    audit(*request, "asked for again");
    send(*request);
  }
  release(id);
}

void Follower::send(JobRequest request) {
  try {
    Jenkins jenkins(m_settings, m_ending);
    request.queue_id = jenkins.trigger(request.job, request.parameters);
    request.state = request.queue_id != 0 ? RequestState::kQueued : RequestState::kSending;
    request.message.clear();
  } catch (const core::Error& error) {
    const bool unknown = error.code() == core::ExitCode::kUnreachable;
    request.state = unknown ? RequestState::kSending : RequestState::kRejected;
    request.message = error.what();
    if (!unknown) audit(request, std::string("refused: ") + error.what());
  }
  save(request);
  const std::lock_guard lock(m_mutex);
  m_woken = true;
  m_wake.notify_all();
}

void Follower::run() {
  while (!m_ending.cancelled()) {
    look();
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, kLookEvery, [&] { return m_woken || m_ending.cancelled(); });
    m_woken = false;
  }
}

void Follower::look() {
  const auto open = m_requests.open();
  if (open.empty()) return;
  Jenkins jenkins(m_settings, m_ending);
  for (const auto& request : open) {
    if (m_ending.cancelled()) return;
    if (!take(request.id)) continue;
    try {
      // it may have moved on since the list was made
      if (const auto now = m_requests.find(request.id); now && now->open()) look_at(*now, jenkins);
    } catch (const std::exception& error) {
      core::log_warning(fmt::format("request {}: {}", request.id, error.what()));
    }
    release(request.id);
  }
}

void Follower::look_at(JobRequest request, Jenkins& jenkins) {
  const JobRequest before = request;
  try {
    if (request.state == RequestState::kSending)
      find_again(request, jenkins);
    else if (request.state == RequestState::kQueued)
      follow_queue(request, jenkins);
    else
      take_build(request, jenkins.build(request.job, request.build_number));
  } catch (const core::Error& error) {
    request = before;
    request.message = error.what();
    if (error.code() == core::ExitCode::kNotFound) give_up(request);
  }
  if (request.state != before.state || request.message != before.message ||
      request.description != before.description)
    save(request);
}

// A build that was deleted, or a job that is gone, will never say how it ended.
void Follower::give_up(JobRequest& request) {
  if (request.state != RequestState::kBuilding) return;
  request.state = RequestState::kEnded;
  request.result = "UNKNOWN";
  audit(request, "lost: " + request.message);
}

// After a time-out or a crash: did Jenkins take it?
void Follower::find_again(JobRequest& request, Jenkins& jenkins) {
  if (const auto build = jenkins.find_build(request.job, request.queue_id, request.id)) {
    take_build(request, *build);
    return;
  }
  request.queue_id = jenkins.find_queued(request.id);
  if (request.queue_id != 0) {
    request.state = RequestState::kQueued;
    request.message.clear();
  } else if (m_clock.now_ms() - request.changed_ms > kSearchMs) {
    request.state = RequestState::kRejected;
    request.message = "Jenkins did not take the request: nothing was started";
    audit(request, "refused: " + request.message);
  }
}

void Follower::follow_queue(JobRequest& request, Jenkins& jenkins) {
  const auto item = jenkins.queue_item(request.queue_id);
  if (item.cancelled) {
    request.state = RequestState::kCancelled;
    request.message = "it was taken out of Jenkins' queue before it began";
    audit(request, "cancelled in the queue");
  } else if (item.build_number != 0) {
    request.state = RequestState::kBuilding;
    request.build_number = item.build_number;
    request.build_url = item.build_url;
    request.message.clear();
  } else if (!item.gone) {
    request.message = item.why;
  } else if (const auto build = jenkins.find_build(request.job, request.queue_id, request.id)) {
    take_build(request, *build);
  } else {
    request.state = RequestState::kCancelled;
    request.message = "Jenkins has forgotten the request and has no build of it";
    audit(request, "lost: " + request.message);
  }
}

void Follower::take_build(JobRequest& request, const Build& build) {
  request.build_number = build.number;
  request.build_url = build.url;
  request.description = build.description;
  request.message.clear();
  request.state = RequestState::kBuilding;
  if (build.building || build.result.empty()) return;
  request.state = RequestState::kEnded;
  request.result = build.result;
  audit(request, build.result);
}

}  // namespace admin
