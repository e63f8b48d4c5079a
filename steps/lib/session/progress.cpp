#include "session/progress.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/log.hpp"
#include "core/units.hpp"

namespace session {

namespace {
// Estimates may be short: 100 % is said only by the end of the step.
int share(std::uint64_t done, std::uint64_t expected) {
  if (expected == 0) return 0;
  return static_cast<int>(
      std::min(99.0, 100.0 * static_cast<double>(done) / static_cast<double>(expected)));
}
}  // namespace

void Progress::expect(const std::string& resource, std::uint64_t bytes) {
  const std::lock_guard lock(m_mutex);
  m_counts[resource].expected = bytes;
}

void Progress::advance(const std::string& resource, std::uint64_t bytes) {
  const std::lock_guard lock(m_mutex);
  m_counts[resource].done += bytes;
}

void Progress::note(const std::string& line) {
  core::log_info(line);
}

std::vector<std::string> Progress::lines(std::int64_t elapsed_ms) {
  const std::lock_guard lock(m_mutex);
  m_elapsed_ms += std::max<std::int64_t>(1, elapsed_ms);
  std::vector<std::string> list;
  for (auto& [resource, count] : m_counts) {
    if (count.done == count.told) continue;
    const std::uint64_t rate = (count.done - count.told) * 1000 /
                               static_cast<std::uint64_t>(std::max<std::int64_t>(1, elapsed_ms));
    list.push_back(progress_line(resource, count.done, count.expected, rate));
    count.told = count.done;
  }
  if (!list.empty() && m_counts.size() > 1) list.push_back(total_line());
  if (!list.empty()) m_last_line = list.back();
  return list;
}

// What a resource did beyond its estimate says nothing about the others.
std::string Progress::total_line() const {
  std::uint64_t done = 0;
  std::uint64_t expected = 0;
  for (const auto& [resource, count] : m_counts) {
    done += count.done;
    expected += std::max(count.done, count.expected);
  }
  return progress_line("total", done, expected,
                       done * 1000 / static_cast<std::uint64_t>(m_elapsed_ms));
}

std::pair<std::uint64_t, std::uint64_t> Progress::total() const {
  std::uint64_t done = 0;
  std::uint64_t expected = 0;
  for (const auto& [resource, count] : m_counts) {
    done += std::min(count.done, count.expected);
    expected += count.expected;
  }
  return {done, expected};
}

std::optional<int> Progress::percent() const {
  const std::lock_guard lock(m_mutex);
  const auto [done, expected] = total();
  if (expected == 0) return std::nullopt;
  return share(done, expected);
}

std::optional<std::int64_t> Progress::seconds_left() const {
  const std::lock_guard lock(m_mutex);
  const auto [done, expected] = total();
  if (done == 0 || m_elapsed_ms == 0) return std::nullopt;
  const double per_byte = static_cast<double>(m_elapsed_ms) / 1000 / static_cast<double>(done);
  return static_cast<std::int64_t>(per_byte * static_cast<double>(expected - done));
}

std::string Progress::last_line() const {
  const std::lock_guard lock(m_mutex);
  return m_last_line;
}

std::string progress_line(const std::string& resource, std::uint64_t done, std::uint64_t expected,
                          std::uint64_t bytes_per_second) {
  const std::string rate = core::human_bytes(bytes_per_second) + "/s";
  if (expected == 0) return fmt::format("{} {}  {}", resource, core::human_bytes(done), rate);
  std::string line = fmt::format("{} {} %  {} of {}  {}", resource, share(done, expected),
                                 core::human_bytes(done), core::human_bytes(expected), rate);
  if (bytes_per_second > 0 && expected > done)
    line += fmt::format(
        "  {} left",
        core::human_duration(static_cast<std::int64_t>((expected - done) / bytes_per_second)));
  return line;
}

}  // namespace session
