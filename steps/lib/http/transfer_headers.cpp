// Who we are and what we say in headers.

#include <algorithm>

#include "core/error.hpp"
#include "http/transfer.hpp"

namespace http {

namespace {
bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

bool names(const Headers& headers, const char* wanted) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
    return curl_strequal(header.first.c_str(), wanted) != 0;
  });
}
}  // namespace

bool is_loopback(const std::string& url) {
  const auto shown = without_secrets(url);
  const auto start = shown.find("://") + 3;
  const auto host = shown.substr(start, shown.find_first_of("/", start) - start);
  return host.compare(0, 4, "127.") == 0 || host.compare(0, 5, "[::1]") == 0 ||
         host == "localhost" || host.compare(0, 10, "localhost:") == 0;
}

// A secret read from a file may hold a line end, which would begin a header of its own.
void Transfer::add_header(const std::string& name, const std::string& value) {
  if (has_control_character(name) || has_control_character(value))
    throw core::Error(core::ExitCode::kConfiguration,
                      "the value of the header " + name + " holds a control character",
                      "check the secret for a line end");
  // libcurl leaves out "Name:" and sends an empty value for "Name;"
  const std::string line = value.empty() ? name + ";" : name + ": " + value;
  curl_slist* longer = curl_slist_append(m_headers.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  m_headers.release();
  m_headers.reset(longer);
}

void Transfer::set_headers(const Request& request) {
  for (const auto& [name, value] : m_options.headers)
    if (!names(request.headers, name.c_str())) add_header(name, value);
  for (const auto& [name, value] : request.headers) add_header(name, value);
  const auto suppress = [this](const char* header) {
    curl_slist* longer = curl_slist_append(m_headers.get(), header);
    if (longer == nullptr) throw std::bad_alloc();
    m_headers.release();
    m_headers.reset(longer);
  };
  suppress("Expect:");  // saves a round trip; a refusal is answered all the same
  if (!names(request.headers, "content-type") && !names(m_options.headers, "content-type"))
    suppress("Content-Type:");  // libcurl would call every body a form
  curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_headers.get());
  if (!names(m_options.headers, "user-agent"))
    curl_easy_setopt(m_easy, CURLOPT_USERAGENT, "environment-backup/" TOOL_VERSION);
}

void Transfer::set_authentication() {
  const auto set_user = [this](long kind, const std::string& user, const std::string& password) {
    curl_easy_setopt(m_easy, CURLOPT_HTTPAUTH, kind);
    curl_easy_setopt(m_easy, CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(m_easy, CURLOPT_PASSWORD, password.c_str());
  };
  const auto& given = m_options.authentication;
  if (const auto* basic = std::get_if<Basic>(&given))
    set_user(static_cast<long>(CURLAUTH_BASIC), basic->username, basic->password);
  if (const auto* bearer = std::get_if<Bearer>(&given))
    add_header("Authorization", "Bearer " + bearer->token);
  if (const auto* key = std::get_if<ApiKey>(&given))
    add_header("Authorization", "ApiKey " + key->key);
  if (const auto* aws = std::get_if<AwsKeys>(&given)) {
    const std::string provider = "aws:amz:" + aws->region + ":" + aws->service;
    curl_easy_setopt(m_easy, CURLOPT_AWS_SIGV4, provider.c_str());
    curl_easy_setopt(m_easy, CURLOPT_USERNAME, aws->access_key_id.c_str());
    curl_easy_setopt(m_easy, CURLOPT_PASSWORD, aws->secret_access_key.c_str());
    if (!aws->session_token.empty()) add_header("X-Amz-Security-Token", aws->session_token);
  }
}

}  // namespace http
