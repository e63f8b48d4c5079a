#include "admin/jenkins/follower.hpp"

#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"

namespace admin {

namespace {

constexpr auto kLookEvery = std::chrono::seconds(2);
// So long a request that nobody has seen in Jenkins is looked for before it counts as not taken.
constexpr std::int64_t kSearchMs = 60'000;
// So long a click waits for Jenkins; then the page of the request tells what became of it.
constexpr auto kClickWaits = std::chrono::seconds(2);

// What people are told, and beside it what an administrator needs.
void tell(JobRequest& request, const core::Error& error) {
  const bool silent = error.code() == core::ExitCode::kUnreachable;
  request.message = silent ? "Jenkins does not answer just now" : error.what();
  request.technical = silent ? error.what() : "";
}

void tell_nothing(JobRequest& request) {
  request.message.clear();
  request.technical.clear();
}

}  // namespace

Follower::Follower(const JenkinsSettings& settings, Requests& requests, Audit& audit,
                   const core::Clock& clock)
    : m_settings(settings), m_requests(requests), m_audit(audit), m_clock(clock) {
  m_sending = std::thread([this] { send_all(); });
  m_looking = std::thread([this] { run(); });
}

Follower::~Follower() {
  m_ending.cancel(SIGTERM);
  m_wake.notify_all();
  m_sending.join();
  m_looking.join();
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
  if (!m_requests.create(request)) return;
  audit(request, "asked for");
  hand_over({request.id, false});
}

void Follower::send_again(const std::string& id) {
  hand_over({id, true});
}

bool Follower::is_due(const std::string& id) const {
  return std::any_of(m_due.begin(), m_due.end(), [&](const Due& due) { return due.id == id; });
}

bool Follower::is_being_sent(const std::string& id) {
  const std::lock_guard lock(m_mutex);
  return is_due(id);
}

void Follower::hand_over(const Due& due) {
  std::unique_lock lock(m_mutex);
  if (!is_due(due.id)) m_due.push_back(due);
  m_wake.notify_all();
  m_released.wait_for(lock, kClickWaits, [&] { return !is_due(due.id); });
}

std::optional<Follower::Due> Follower::next_due() {
  std::unique_lock lock(m_mutex);
  while (m_due.empty() && !m_ending.cancelled()) m_wake.wait_for(lock, kLookEvery);
  return m_ending.cancelled() ? std::nullopt : std::optional(m_due.front());
}

void Follower::send_all() {
  while (const auto due = next_due()) {
    send_one(*due);
    const std::lock_guard lock(m_mutex);
    m_due.pop_front();
    m_woken = true;
    m_wake.notify_all();
    m_released.notify_all();
  }
}

void Follower::send_one(const Due& due) {
  // a look at the same request may be under way
  while (!take(due.id, std::chrono::seconds(1)))
    if (m_ending.cancelled()) return;
  try {
    const auto request = m_requests.find(due.id);
    if (request && request->state == RequestState::kSending) {
      if (due.again) audit(*request, "asked for again");
      send(*request);
    }
  } catch (const std::exception& error) {
    core::log_warning(fmt::format("request {}: {}", due.id, error.what()));
  }
  release(due.id);
}

void Follower::send(JobRequest request) {
  try {
    Jenkins jenkins(m_settings, m_ending);
    request.queue_id = jenkins.trigger(request.job, request.parameters);
    request.state = request.queue_id != 0 ? RequestState::kQueued : RequestState::kSending;
    tell_nothing(request);
  } catch (const core::Error& error) {
    const bool unknown = error.code() == core::ExitCode::kUnreachable;
    request.state = unknown ? RequestState::kSending : RequestState::kRejected;
    tell(request, error);
    if (!unknown) audit(request, std::string("refused: ") + error.what());
  }
  save(request);
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
    if (is_being_sent(request.id) || !take(request.id)) continue;
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
  request.technical.clear();
  try {
    if (request.state == RequestState::kSending)
      find_again(request, jenkins);
    else if (request.state == RequestState::kQueued)
      follow_queue(request, jenkins);
    else
      take_build(request, jenkins.build(request.job, request.build_number));
  } catch (const core::Error& error) {
    request = before;
    tell(request, error);
    if (error.code() == core::ExitCode::kNotFound) give_up(request);
  }
  if (request.state != before.state || request.message != before.message ||
      request.technical != before.technical || request.description != before.description)
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
    tell_nothing(request);
  } else if (m_clock.now_ms() - request.changed_ms > kSearchMs) {
    request.state = RequestState::kRejected;
    request.message = "Jenkins did not take the request: nothing was started";
    audit(request, "refused: " + request.message);
  } else if (!request.message.empty()) {
    request.message = "Jenkins answers again, but does not know the request so far";
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
    tell_nothing(request);
  } else if (!item.gone) {
    tell_nothing(request);
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
  tell_nothing(request);
  request.state = RequestState::kBuilding;
  if (build.building || build.result.empty()) return;
  request.state = RequestState::kEnded;
  request.result = build.result;
  audit(request, build.result);
}

}  // namespace admin
