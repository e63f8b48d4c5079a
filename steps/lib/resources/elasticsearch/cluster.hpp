#pragma once
// The servers as one thing to talk to: addresses, credentials, kept connections, and errors in the
// words of the server. Any thread.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cancel_token.hpp"
#include "http/client.hpp"
#include "json/value.hpp"
#include "resources/settings.hpp"

namespace resources::elasticsearch {

enum class Flavour { kElasticsearch, kOpensearch };

class Cluster {
 public:
  // Reads urls, username, password, api_key and ca_file of the section. No connection yet.
  // `patient`: answers are waited for however long they take (snapshots).
  Cluster(const Settings& settings, const core::CancelToken& cancel, bool patient = false);

  // Any status is an answer; see http::Client.
  http::Response send(const http::Request& request);
  // The body of a 2xx answer; anything else throws, `what` says what was tried.
  std::string call(const std::string& method, const std::string& path, std::string_view body,
                   const std::string& what);
  std::string get(const std::string& path, const std::string& what) {
    return call("GET", path, {}, what);
  }
  json::Value get_json(const std::string& path, const std::string& what);
  // Nothing for 404, nor where a slim build lacks the feature (405, or 400 for want of a handler:
  // it then takes the path for the name of an index).
  std::optional<std::string> get_if_there(const std::string& path, const std::string& what);

  Flavour flavour();      // asks once
  std::string version();  // "8.19.21"
  const core::CancelToken& cancel() const { return m_cancel; }

 private:
  void identify();
  std::unique_ptr<http::Client> borrow();
  void give_back(std::unique_ptr<http::Client> client);

  http::ClientOptions m_options;
  const core::CancelToken& m_cancel;
  std::mutex m_mutex;
  std::vector<std::unique_ptr<http::Client>> m_idle;
  std::once_flag m_identified;
  Flavour m_flavour = Flavour::kElasticsearch;
  std::string m_version;
};

// Returns for a 2xx answer. Else throws with the server's own type and reason: kCredentials for 401
// and 403 (but not for a block of an index), kStorage for a full disk, kServiceError for the rest.
void require(const http::Response& response, const std::string& what);
// "index_not_found_exception: no such index [a]" out of an error body; its start when it is
// another.
std::string reason_of(const std::string& body);
// Whether text of an error says that the server's disks are over a watermark.
bool is_disk_full(std::string_view text);

// "/a%2Fb/_search"
std::string path_of(const std::string& index, const std::string& rest = "");

}  // namespace resources::elasticsearch
