#pragma once
// A real registry that tests/services/with has started: pushes and deletes tiny images.

#include <optional>
#include <string>

#include "http/client.hpp"
#include "json/value.hpp"

namespace images_test {

class TestRegistry {
 public:
  // `kind`: "none", "basic", "token" or "ecr" (whose password moto hands out).
  explicit TestRegistry(const std::string& kind);

  // Why it is not there; empty when it is.
  const std::string& skipped() const { return m_skipped; }
  std::string address() const { return m_url.substr(m_url.find("://") + 3); }
  // The section `registry` of environment.json; the password stands in it as text.
  json::Value section(const std::string& password = "") const;

  // Stores an image whose only layer is `content` and returns its digest.
  std::string push(const std::string& repository, const std::string& tag,
                   const std::string& content);
  void remove(const std::string& repository, const std::string& digest);

 private:
  http::Response send(http::Request request);
  std::string put_blob(const std::string& repository, const std::string& content);

  std::string m_kind;
  std::string m_skipped;
  std::string m_url;
  std::string m_user;
  std::string m_password;
  core::CancelToken m_cancel;
  std::optional<http::Client> m_client;
};

}  // namespace images_test
