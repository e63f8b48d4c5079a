#pragma once
// One attempt: the request as libcurl wants it, and the answer as it comes in.

#include <exception>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "core/cancel_token.hpp"
#include "http/client.hpp"

namespace http {

struct EasyClosed {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListFreed {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyClosed>;
using HeaderList = std::unique_ptr<curl_slist, ListFreed>;

// An address of this machine itself: never asked through a proxy.
bool is_loopback(const std::string& url);

// curl_global_init() at the first call.
Easy make_easy();

enum class Result {
  kAnswered,
  kNotConnected,  // nothing was sent
  kBroken,        // anything may have happened
};

class Transfer {
 public:
  Transfer(CURL* easy, const ClientOptions& options, const core::CancelToken& cancel)
      : m_easy(easy), m_options(options), m_cancel(cancel) {}

  // Throws what Client::send() promises, but kUnreachable.
  Result perform(const Request& request, const std::string& url, Response& response);

  bool delivered() const { return m_delivered; }  // bytes reached on_data
  bool read_from_source() const { return m_source_read; }
  long retry_after_seconds() const;
  std::string trouble() const;  // in libcurl's words

 private:
  void set_basics(const std::string& url);
  void set_security(const std::string& url);
  void set_method(const Request& request);
  void set_authentication();
  void set_headers(const Request& request);
  void add_header(const std::string& name, const std::string& value);
  Result judge(CURLcode code);

  std::size_t on_header(std::string_view line);
  std::size_t on_body(std::string_view bytes);
  std::size_t on_read(char* buffer, std::size_t size);
  bool keep(std::string_view bytes);

  static std::size_t header_arrived(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t body_arrived(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t body_wanted(char* buffer, std::size_t unit, std::size_t count, void* self);
  static int about_to_send(void* self, char*, char*, int, int);
  static int progress_made(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  CURL* m_easy;
  const ClientOptions& m_options;
  const core::CancelToken& m_cancel;
  const Request* m_request = nullptr;
  Response* m_response = nullptr;
  HeaderList m_headers;
  char m_trouble[CURL_ERROR_SIZE] = "";
  CURLcode m_code = CURLE_OK;
  std::exception_ptr m_thrown;
  bool m_delivered = false;
  bool m_source_read = false;
  bool m_over_limit = false;
  int m_sendings = 0;
};

}  // namespace http
