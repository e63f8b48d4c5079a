#include "verify/all.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "acting/frame.hpp"
#include "acting/report.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "publish/publisher.hpp"
#include "session/unbound.hpp"
#include "state/catalogue/catalogue.hpp"
#include "state/catalogue/verification.hpp"
#include "verify/check.hpp"

namespace verify {

namespace {

using SteadyClock = std::chrono::steady_clock;

// Damaged ones wait for a person: they are read again by `verify --archive`. One that was only
// missing is read as soon as its file is back.
bool is_due(const environment::Environment& environment, const state::ArchiveRecord& record) {
  if (record.status != state::ArchiveStatus::kDamaged)
    return record.status == state::ArchiveStatus::kComplete;
  std::error_code ignored;
  return state::went_missing(record) &&
         std::filesystem::exists(environment.archive_path(record.backup_id), ignored);
}

std::vector<std::string> in_turn(const environment::Environment& environment,
                                 const state::StateFile& file) {
  auto records = state::list_archives(file);
  std::erase_if(records, [&](const auto& record) { return !is_due(environment, record); });
  std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return a.checked_ms.value_or(0) < b.checked_ms.value_or(0);
  });
  std::vector<std::string> ids;
  for (const auto& record : records) ids.push_back(record.backup_id);
  return ids;
}

// How long verification may go on beginning new archives; 0 minutes: until all are read.
class Budget {
 public:
  explicit Budget(const std::string& minutes)
      : m_minutes(parse(minutes)), m_begun(SteadyClock::now()) {}

  bool is_used_up() const {
    return m_minutes > std::chrono::minutes(0) && SteadyClock::now() - m_begun >= m_minutes;
  }

 private:
  static std::chrono::minutes parse(const std::string& text) {
    constexpr std::size_t kLongest = 6;
    if (text.empty()) return std::chrono::minutes(0);
    if (text.size() > kLongest ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
      throw core::Error(core::ExitCode::kUsage,
                        fmt::format("--budget-minutes cannot be '{}'", text),
                        "a number of minutes, for example 60");
    return std::chrono::minutes(std::stol(text));
  }

  std::chrono::minutes m_minutes;
  SteadyClock::time_point m_begun;
};

class Round {
 public:
  Round(cli::Call& call, const environment::Environment& environment)
      : m_call(call),
        m_environment(environment),
        m_file({environment.state_file(), environment.name, "", ""}, state::OpenMode::kExisting),
        m_unbound(call.cancel, environment.memory_bytes) {}

  void run() {
    const Budget budget(m_call.options.get("budget-minutes"));
    const auto ids = in_turn(m_environment, m_file);
    if (!ids.empty()) refuse_empty_folder(m_environment);
    std::size_t done = 0;
    // At least one, however small the budget: else a large archive would never be read.
    while (done < ids.size() && (done == 0 || !budget.is_used_up())) check(ids[done++]);
    report(ids.size() - done);
  }

 private:
  void check(const std::string& id) {
    m_call.cancel.check();
    const auto record = state::get_archive(m_file, id);
    if (!is_due(m_environment, record)) return;  // pruned meanwhile
    try {
      note(id, find_damage(m_environment, record, m_unbound.context()));
    } catch (const core::Error& error) {
      if (error.code() == core::ExitCode::kState) throw;
      core::log(core::LogLevel::kError, fmt::format("{} cannot be read: {}", id, error.what()));
      m_trouble = error;
    }
  }

  void note(const std::string& id, const std::optional<std::string>& damage) {
    try {
      if (damage)
        state::note_damaged(m_file, id, *damage);
      else
        state::note_verified(m_file, id);
    } catch (const core::Error& error) {
      if (error.code() != core::ExitCode::kNotFound) throw;
      return;  // pruned meanwhile
    }
    (damage ? m_damaged : m_verified).push_back(id);
    m_cases.push_back(
        {fmt::format("archive {} agrees with its manifest", id), damage.value_or("")});
    if (damage) m_last_damage = *damage;
  }

  void report(std::size_t left) {
    acting::write_junit(m_call.options, "verify", "all", m_cases);
    m_call.result.set("verified", m_verified);
    m_call.result.set("damaged", m_damaged);
    m_call.result.set("left", left);
    core::log_info(fmt::format("{} archives verified, {} damaged, {} left for the next run",
                               m_verified.as_array().size(), m_damaged.as_array().size(), left));
    if (!m_damaged.as_array().empty())
      throw_damaged(m_damaged.as_array().back().as_string(), m_last_damage);
    if (m_trouble) throw *m_trouble;
  }

  cli::Call& m_call;
  const environment::Environment& m_environment;
  state::StateFile m_file;
  session::Unbound m_unbound;
  json::Value m_verified = json::Value::array();
  json::Value m_damaged = json::Value::array();
  std::string m_last_damage;
  std::vector<acting::ReportCase> m_cases;
  std::optional<core::Error> m_trouble;
};

}  // namespace

void verify_all(cli::Call& call) {
  const auto environment = acting::load_environment(call.options);
  call.result.set("environment", environment.name);
  const publish::AfterChange afterwards(environment);
  Round(call, environment).run();
}

}  // namespace verify
