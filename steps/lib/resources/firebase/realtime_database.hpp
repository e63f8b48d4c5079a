#pragma once
// One Realtime Database over its REST API. A path is "/" between the keys, which cannot hold one:
// "/users/jack"; the root is "". Any thread.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "google/service.hpp"

namespace resources::firebase {

// What lies right below a path.
struct Shallow {
  bool leaf = false;  // a value, or nothing
  std::vector<std::string> keys;
};

class RealtimeDatabase {
 public:
  RealtimeDatabase(const std::string& url, std::shared_ptr<google::AccessTokens> tokens,
                   const core::CancelToken& cancel);

  const std::string& url() const { return m_url; }

  // The value in the export format, with its priorities; "null": nothing is there. Empty when it is
  // larger than `most_bytes` or than the server gives in one answer.
  std::optional<std::string> get(const std::string& path, std::size_t most_bytes);
  Shallow shallow(const std::string& path);
  // JSON; "null" for none.
  std::string priority(const std::string& path);
  // Changes with whatever lies below the path. Costs no transfer of data.
  std::string fingerprint(const std::string& path);
  std::string rules();

  void put(const std::string& path, std::string_view json);
  // `changes`: a JSON object from paths without their first slash to values.
  void patch(std::string_view changes);
  void remove(const std::string& path);
  void put_rules(std::string_view text);

 private:
  http::Response ask(const std::string& method, const std::string& target, std::string_view body,
                     const std::string& what);

  std::string m_url;
  google::Service m_service;
};

// Is `path` the same as `outer` or below it? An empty `outer` is the root.
bool lies_in(const std::string& path, const std::string& outer);
// "/a/b%20c.json"
std::string target_of(const std::string& path);

}  // namespace resources::firebase
