// Database::write(): every write's own status is read.

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "resources/firebase/firestore_database.hpp"

namespace resources::firebase {

using core::Error;
using core::ExitCode;

namespace {

constexpr int kAttempts = 12;
constexpr int kFirstDelayMs = 200;
constexpr int kLongestDelayMs = 30'000;

// google.rpc.Code of what may go well in a moment: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED,
// INTERNAL, UNAVAILABLE.
bool is_passing(std::int64_t code) {
  constexpr std::int64_t kPassing[] = {4, 8, 10, 13, 14};
  return std::find(std::begin(kPassing), std::end(kPassing), code) != std::end(kPassing);
}

// Half of the delay is random: several writers do not come back at the same moment.
void back_off(const core::CancelToken& cancel, int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int delay = std::min(kFirstDelayMs << attempt, kLongestDelayMs);
  cancel.sleep_ms(delay / 2 + std::uniform_int_distribution<int>(0, delay / 2)(random));
}

std::string batch_body(const std::vector<const std::string*>& writes) {
  std::size_t size = 16;
  for (const auto* write : writes) size += write->size() + 1;
  std::string body;
  body.reserve(size);
  body = "{\"writes\":[";
  for (const auto* write : writes) {
    if (write != writes.front()) body += ',';
    body += *write;
  }
  return body + "]}";
}

// The name in {"update":{"name":"..."...}} or {"delete":"..."}.
std::string name_in(const std::string& write) {
  const auto parsed = json::parse(write, "a write");
  const auto* update = parsed.find("update");
  return update != nullptr ? update->get_string("name") : parsed.get_string("delete");
}

[[noreturn]] void refuse(const std::string& write, const json::Value& status) {
  throw Error(ExitCode::kServiceError,
              fmt::format("document {} is refused with code {}: {}", name_in(write),
                          status.get_int("code"), status.get_string("message")),
              "see what Firestore says; then run the same again");
}

}  // namespace

void Database::write(const std::vector<std::string>& writes) {
  std::vector<const std::string*> left;
  for (const auto& write : writes) left.push_back(&write);
  for (int attempt = 0; !left.empty(); ++attempt) {
    const auto answer = json::parse(m_service->call("POST", path("batchWrite"), batch_body(left),
                                                    "writing to database " + m_id),
                                    "the answer of Firestore");
    const auto& statuses = answer.at("status").as_array();
    if (statuses.size() != left.size())
      throw Error(ExitCode::kIntegrity,
                  fmt::format("{} of {} writes were answered", statuses.size(), left.size()),
                  "run the same again");
    std::vector<const std::string*> busy;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      const auto code = statuses[i].get_int("code");
      if (code == 0) continue;
      if (!is_passing(code) || attempt + 1 >= kAttempts) refuse(*left[i], statuses[i]);
      busy.push_back(left[i]);
    }
    if (!busy.empty()) {
      core::log_debug(fmt::format("firestore: {} writes are sent again", busy.size()));
      back_off(cancel(), attempt);
    }
    left = std::move(busy);
  }
}

}  // namespace resources::firebase
