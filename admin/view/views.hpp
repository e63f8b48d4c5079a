#pragma once
// The views of all environments, each kept fresh by a thread of its own: pages never wait for a
// file or for Firebase, and no environment for another. A view that cannot be read leaves the last
// good one, with the reason beside it.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "admin/settings/settings.hpp"
#include "admin/view/firebase_view.hpp"
#include "admin/view/view.hpp"
#include "core/cancel_token.hpp"

namespace admin {

struct Seen {
  std::shared_ptr<const View> view;  // null: none could be read so far
  std::string problem;               // why the newest could not be read; empty: it could
};

class Views {
 public:
  // Reads every file once before it returns; a view that cannot be read is no failure.
  explicit Views(const std::vector<EnvironmentSource>& sources);
  ~Views();
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;

  bool knows(const std::string& environment) const;
  std::vector<std::string> names() const;
  Seen get(const std::string& environment) const;
  // Reads now what has changed (the threads do so every second; Firebase every five).
  void refresh();

 private:
  struct Kept {
    EnvironmentSource source;
    std::unique_ptr<FirebaseView> firebase;  // null: the file
    std::string stamp;                       // of the file
    Seen seen;
    std::mutex looking;
  };
  void watch(Kept& kept);
  void refresh_one(Kept& kept);
  static std::optional<json::Value> load(Kept& kept);
  void keep(Kept& kept, Seen seen);

  mutable std::mutex m_mutex;  // of `seen` in each; sources and keys never change
  core::CancelToken m_ending;
  std::map<std::string, Kept> m_views;
  std::vector<std::thread> m_threads;
};

}  // namespace admin
