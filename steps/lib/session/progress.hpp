#pragma once
// Counts bytes per resource and says every few seconds how far they are:
//   mysql 42 %  1.2 GB of 2.9 GB  110.0 MB/s  15s left
// and, where there are several, how far all of them are together.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ports.hpp"
#include "state/operations/changes.hpp"

namespace session {

class Progress final : public core::ProgressSink {
 public:
  void expect(const std::string& resource, std::uint64_t bytes) override;
  void advance(const std::string& resource, std::uint64_t bytes) override;
  void note(const std::string& line) override;

  // One line for each resource that moved since the last call, `elapsed_ms` ago; then one for all
  // together, by their rate since the first call.
  std::vector<std::string> lines(std::int64_t elapsed_ms);
  // Of everything expected; empty while nothing is.
  std::optional<int> percent() const;
  // At the mean rate so far; empty while nothing has moved.
  std::optional<std::int64_t> seconds_left() const;
  std::string last_line() const;
  state::Progress now() const { return {percent(), last_line(), seconds_left()}; }

 private:
  std::string total_line() const;

  struct Count {
    std::uint64_t expected = 0;
    std::uint64_t done = 0;
    std::uint64_t told = 0;  // `done` at the last line
  };
  // (done, expected) of everything; under the mutex.
  std::pair<std::uint64_t, std::uint64_t> total() const;

  mutable std::mutex m_mutex;
  std::map<std::string, Count> m_counts;
  std::int64_t m_elapsed_ms = 0;
  std::string m_last_line;
};

std::string progress_line(const std::string& resource, std::uint64_t done, std::uint64_t expected,
                          std::uint64_t bytes_per_second);

}  // namespace session
