#pragma once
// The servers as one thing to talk to: addresses, credentials, kept connections, and errors in the
// words of the server. Any thread.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/cancel_token.hpp"
#include "http/client_pool.hpp"
#include "json/value.hpp"
#include "resources/settings.hpp"

namespace resources::elasticsearch {

enum class Flavour { kElasticsearch, kOpensearch };

// How long the servers are waited for.
struct Patience {
  http::Retries retries{8};        // what is answered with 429 or 503: about 20 s in all
  int idle_timeout_seconds = 300;  // a bulk or a refresh may take its time; 0: for ever
};

class Cluster {
 public:
  // Reads urls, username, password, api_key and ca_file of the section. No connection yet.
  Cluster(const Settings& settings, const core::CancelToken& cancel, const Patience& patience = {});

  // Any status is an answer; see http::Client.
  http::Response send(const http::Request& request) { return m_clients.send(request); }
  // The body of a 2xx answer; anything else throws, `what` says what was tried. The request must be
  // one that may be repeated.
  std::string call(const std::string& method, const std::string& path, std::string_view body,
                   const std::string& what) {
    return ask(method, path, body, what, true);
  }
  // The same for one that must not be repeated.
  std::string call_once(const std::string& method, const std::string& path, std::string_view body,
                        const std::string& what) {
    return ask(method, path, body, what, false);
  }
  std::string get(const std::string& path, const std::string& what) {
    return call("GET", path, {}, what);
  }
  json::Value get_json(const std::string& path, const std::string& what);
  // Nothing for 404, nor where a slim build lacks the feature (405, or 400 for want of a handler:
  // it then takes the path for the name of an index).
  std::optional<std::string> get_if_there(const std::string& path, const std::string& what);

  Flavour flavour();      // asks once
  std::string version();  // "8.19.21"
  const core::CancelToken& cancel() const { return m_clients.cancel(); }
  const http::Retries& retries() const { return m_clients.options().retries; }

 private:
  std::string ask(const std::string& method, const std::string& path, std::string_view body,
                  const std::string& what, bool repeatable);
  void identify();

  http::ClientPool m_clients;
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
// For what is answered with 429 or 503 however often it is tried.
inline constexpr const char* kBusyHint =
    "the servers lack memory, or are too busy or not ready: when they are well, run the same again";
// Whether text of an error says that the server's disks are over a watermark.
bool is_disk_full(std::string_view text);

// "/a%2Fb/_search"
std::string path_of(const std::string& index, const std::string& rest = "");

}  // namespace resources::elasticsearch
