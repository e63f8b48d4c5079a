#include "http/transfer.hpp"

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/units.hpp"
#include "http/retry.hpp"

namespace http {

using core::Error;
using core::ExitCode;

namespace {
constexpr long kReceiveBuffer = 512L << 10;  // libcurl's largest: fewer calls per megabyte
constexpr long kSendBuffer = 1L << 20;

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") + 1 - start);
}
}  // namespace

Easy make_easy() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Easy easy(curl_easy_init());
  if (!easy) throw Error(ExitCode::kInternal, "libcurl cannot make a handle");
  return easy;
}

Result Transfer::perform(const Request& request, const std::string& url, Response& response) {
  m_request = &request;
  m_response = &response;
  m_thrown = nullptr;
  m_trouble[0] = '\0';
  m_source_read = m_over_limit = false;
  m_sendings = 0;
  response.status = 0;
  response.headers.clear();
  response.body.clear();
  response.url = without_secrets(url);

  curl_easy_reset(m_easy);  // connections, sessions and names stay
  m_headers.reset();
  set_basics(url);
  set_security(url);
  set_method(request);
  set_authentication();
  set_headers(request);
  m_code = curl_easy_perform(m_easy);
  return judge(m_code);
}

Result Transfer::judge(CURLcode code) {
  if (m_thrown) std::rethrow_exception(m_thrown);
  if (code != CURLE_OK) m_cancel.check();
  const auto& url = m_response->url;
  if (m_over_limit)
    throw Error(ExitCode::kServiceError,
                fmt::format("the answer of {} is larger than {}", url,
                            core::human_bytes(m_options.response_limit_bytes)));
  switch (code) {
    case CURLE_OK:
      return Result::kAnswered;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
      return Result::kNotConnected;
    case CURLE_UNSUPPORTED_PROTOCOL:  // the scheme is checked before, so: HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      throw Error(ExitCode::kServiceError,
                  fmt::format("{} does not answer as an HTTP server does: {}", url, trouble()),
                  "check the host, the port and http or https in the address");
    case CURLE_PEER_FAILED_VERIFICATION:
      throw Error(ExitCode::kConfiguration,
                  fmt::format("the certificate of {} is not trusted: {}", url, trouble()),
                  "set ca_file to the authority that signed it");
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      throw Error(ExitCode::kConfiguration, fmt::format("{} cannot be asked: {}", url, trouble()),
                  "check the address and the certificate files");
    default:
      break;
  }
  if (m_sendings > 1) return Result::kBroken;
  long sent_bytes = 0;
  curl_easy_getinfo(m_easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
  return sent_bytes == 0 ? Result::kNotConnected : Result::kBroken;
}

std::string Transfer::trouble() const {
  if (m_sendings > 1) return "the connection broke before the answer";
  return m_trouble[0] != '\0' ? m_trouble : curl_easy_strerror(m_code);
}

long Transfer::retry_after_seconds() const {
  curl_off_t seconds = 0;
  curl_easy_getinfo(m_easy, CURLINFO_RETRY_AFTER, &seconds);
  return static_cast<long>(seconds);
}

void Transfer::set_basics(const std::string& url) {
  const auto set = [this](CURLoption option, auto value) {
    curl_easy_setopt(m_easy, option, value);
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, m_trouble);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_options.connect_timeout_ms));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(m_options.idle_timeout_seconds));
  const int total = m_request->total_timeout_seconds >= 0 ? m_request->total_timeout_seconds
                                                          : m_options.total_timeout_seconds;
  set(CURLOPT_TIMEOUT, static_cast<long>(total));
  if (m_options.compressed) set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_HEADERFUNCTION, &Transfer::header_arrived);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::body_arrived);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_PREREQFUNCTION, &Transfer::about_to_send);
  set(CURLOPT_PREREQDATA, static_cast<void*>(this));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::progress_made);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
}

void Transfer::set_security(const std::string& url) {
  if (is_loopback(url)) curl_easy_setopt(m_easy, CURLOPT_NOPROXY, "*");
  const auto set = [this](CURLoption option, const std::string& path) {
    if (!path.empty()) curl_easy_setopt(m_easy, option, path.c_str());
  };
  set(CURLOPT_CAINFO, m_options.tls.ca_file);
  set(CURLOPT_SSLCERT, m_options.tls.client_certificate);
  set(CURLOPT_SSLKEY, m_options.tls.client_key);
}

void Transfer::set_method(const Request& request) {
  if (request.method == "HEAD") {
    curl_easy_setopt(m_easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request.source.read) {
    curl_easy_setopt(m_easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(m_easy, CURLOPT_READFUNCTION, &Transfer::body_wanted);
    curl_easy_setopt(m_easy, CURLOPT_READDATA, static_cast<void*>(this));
    curl_easy_setopt(m_easy, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(request.source.size_bytes));
  } else if (!request.body.empty() || request.method == "POST") {
    curl_easy_setopt(m_easy, CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    curl_easy_setopt(m_easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

std::size_t Transfer::on_header(std::string_view line) {
  if (line.substr(0, 5) == "HTTP/") {  // also after 100 Continue: only the last answer counts
    m_response->headers.clear();
    const auto space = line.find(' ');
    m_response->status =
        space == std::string_view::npos ? 0 : std::atoi(std::string(line.substr(space)).c_str());
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos)
    m_response->headers.emplace_back(trimmed(line.substr(0, colon)),
                                     trimmed(line.substr(colon + 1)));
  return line.size();
}

std::size_t Transfer::on_body(std::string_view bytes) {
  if (m_cancel.cancelled()) return 0;
  if (!m_request->on_data || !m_response->ok()) return keep(bytes) ? bytes.size() : 0;
  m_delivered = true;
  m_request->on_data(bytes);
  return bytes.size();
}

bool Transfer::keep(std::string_view bytes) {
  auto& body = m_response->body;
  m_over_limit = body.size() + bytes.size() > m_options.response_limit_bytes;
  if (m_over_limit) return false;
  if (body.empty()) {
    curl_off_t expected = 0;
    curl_easy_getinfo(m_easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &expected);
    if (expected > 0)
      body.reserve(std::min(static_cast<std::size_t>(expected), m_options.response_limit_bytes));
  }
  body.append(bytes);
  return true;
}

std::size_t Transfer::on_read(char* buffer, std::size_t size) {
  m_source_read = true;
  return m_request->source.read(buffer, size);
}

// Exceptions must not pass through libcurl: kept, and thrown again by judge().
std::size_t Transfer::header_arrived(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.on_header({data, size});
  } catch (...) {
    transfer.m_thrown = std::current_exception();
    return 0;
  }
}

std::size_t Transfer::body_arrived(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.on_body({data, size});
  } catch (...) {
    transfer.m_thrown = std::current_exception();
    return 0;
  }
}

std::size_t Transfer::body_wanted(char* buffer, std::size_t unit, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.on_read(buffer, unit * count);
  } catch (...) {
    transfer.m_thrown = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

// libcurl sends anything again when a kept connection breaks before the answer, a POST too.
int Transfer::about_to_send(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  const bool again = ++transfer.m_sendings > 1;
  return again && !is_repeatable(*transfer.m_request) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

int Transfer::progress_made(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->m_cancel.cancelled() ? 1 : 0;
}

}  // namespace http
