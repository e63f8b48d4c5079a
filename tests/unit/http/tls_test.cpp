// Against a real TLS server: openssl s_server with a certificate made for the test.
#include <chrono>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <csignal>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/subprocess.hpp"
#include "http/client.hpp"
#include "tests/support/scripted_server.hpp"

namespace fs = std::filesystem;

namespace {
class TlsServer {
 public:
  explicit TlsServer(const std::vector<std::string>& more = {}) {
    fs::create_directories(m_folder);
    make_certificate("server");
    make_certificate("client");
    m_port = support::unused_port();
    start(more);
  }
  ~TlsServer() {
    ::kill(m_process, SIGTERM);
    ::waitpid(m_process, nullptr, 0);
    fs::remove_all(m_folder);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url() const { return "https://localhost:" + std::to_string(m_port); }
  std::string file(const std::string& name) const { return m_folder / name; }

 private:
  void make_certificate(const std::string& name) {
    core::Command command;
    command.argv = {"openssl",  "req",
                    "-x509",    "-newkey",
                    "rsa:2048", "-nodes",
                    "-subj",    "/CN=" + name,
                    "-addext",  "subjectAltName=DNS:localhost",
                    "-days",    "2",
                    "-keyout",  file(name + ".key"),
                    "-out",     file(name + ".pem")};
    core::run_checked(command, m_cancel, core::ExitCode::kInternal);
  }

  void start(const std::vector<std::string>& more) {
    std::vector<std::string> argv = {"openssl", "s_server",
                                     "-quiet",  "-www",
                                     "-accept", "127.0.0.1:" + std::to_string(m_port),
                                     "-cert",   file("server.pem"),
                                     "-key",    file("server.key")};
    argv.insert(argv.end(), more.begin(), more.end());
    for (auto& word : argv)
      if (const auto at = word.find("@folder@"); at != std::string::npos)
        word.replace(at, 8, m_folder.string());
    std::vector<char*> words;
    for (auto& word : argv) words.push_back(word.data());
    words.push_back(nullptr);
    m_process = ::fork();
    if (m_process == 0) {
      const int nothing = ::open("/dev/null", O_RDWR);
      for (const int fd : {0, 1, 2}) ::dup2(nothing, fd);
      ::execvp(words[0], words.data());
      ::_exit(127);
    }
  }

  fs::path m_folder = fs::temp_directory_path() / ("eb-tls-" + core::random_hex(6));
  core::CancelToken m_cancel;
  int m_port = 0;
  pid_t m_process = -1;
};

http::Response ask(const std::string& url, const http::Tls& tls) {
  core::CancelToken cancel;
  http::ClientOptions options;
  options.tls = tls;
  options.retries = {40, 50, 100};  // the server is still starting
  http::Client client(options, cancel);
  http::Request request;
  request.url = url + "/";
  return client.send(request);
}

core::ExitCode refusal(const std::string& url, const http::Tls& tls) {
  try {
    ask(url, tls);
  } catch (const core::Error& error) {
    return error.code();
  }
  return core::ExitCode::kOk;
}
}  // namespace

TEST_CASE("a server's certificate must be signed by ca_file and be for its name") {
  TlsServer server;
  CHECK(ask(server.url(), {server.file("server.pem"), "", ""}).status == 200);
  CHECK(refusal(server.url(), {}) == core::ExitCode::kConfiguration);
  CHECK(refusal(server.url(), {server.file("client.pem"), "", ""}) ==
        core::ExitCode::kConfiguration);
  CHECK(refusal(server.url(), {server.file("missing.pem"), "", ""}) ==
        core::ExitCode::kConfiguration);
  std::string by_address = server.url();
  by_address.replace(by_address.find("localhost"), 9, "127.0.0.1");
  CHECK(refusal(by_address, {server.file("server.pem"), "", ""}) == core::ExitCode::kConfiguration);
}

TEST_CASE("a server that asks for a client certificate gets it") {
  TlsServer server({"-Verify", "1", "-verify_return_error", "-CAfile", "@folder@/client.pem"});
  const http::Tls tls{server.file("server.pem"), server.file("client.pem"),
                      server.file("client.key")};
  CHECK(ask(server.url(), tls).status == 200);
}
