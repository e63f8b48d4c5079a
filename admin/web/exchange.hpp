#pragma once
// One request and its answer, without the HTTP library: what pages work with and tests make up.

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace admin {

using Fields = std::map<std::string, std::string>;  // the first of several of one name counts

struct Ask {
  std::string method = "GET";
  std::string path = "/";  // decoded, without the query
  Fields query;
  Fields form;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string peer;                                          // address of the connection

  // Empty when it is absent.
  std::string header(const std::string& name) const;
  std::size_t header_count(const std::string& name) const;
  std::string cookie(const std::string& name) const;
  std::string field(const std::string& name) const;  // of the form, trimmed
  std::string parameter(const std::string& name) const;
};

struct Answer {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

bool is_utf8(const std::string& text);

Answer redirect_to(const std::string& path);

}  // namespace admin
