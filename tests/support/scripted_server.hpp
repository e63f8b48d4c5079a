#pragma once
// An HTTP/1.1 server on a free port of 127.0.0.1 whose answers a test writes byte by byte, for what
// a real server does not do on demand: broken transfers, silence, junk.

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/unique_fd.hpp"

namespace support {

struct Seen {
  std::string method;
  std::string target;
  std::string head;  // request line and headers as they came
  std::string body;  // chunked bodies joined
};

struct Answer {
  std::string bytes;       // of the whole answer; empty: none
  bool close = false;      // the connection, afterwards
  int delay_ms = 0;        // before it
  bool hold_open = false;  // sends nothing more until the server ends
};

// "HTTP/1.1 <status> X" with Content-Length and the given header lines ("A: b\r\n").
Answer answer(int status, const std::string& body = "", const std::string& headers = "");

class ScriptedServer {
 public:
  using Handler = std::function<Answer(const Seen&)>;

  explicit ScriptedServer(Handler handler);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return m_port; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
  std::vector<Seen> seen() const;
  int connections() const { return m_connections; }

 private:
  void accept_all();
  void serve(int fd);
  bool answer_one(int fd, std::string& buffer);

  Handler m_handler;
  int m_port = 0;
  core::UniqueFd m_listener;
  std::atomic<bool> m_ending{false};
  std::atomic<int> m_connections{0};
  mutable std::mutex m_mutex;
  std::vector<Seen> m_seen;
  std::list<core::UniqueFd> m_open;
  std::vector<std::thread> m_serving;
  std::thread m_accepting;
};

// A port of 127.0.0.1 on which nothing listens.
int unused_port();

}  // namespace support
