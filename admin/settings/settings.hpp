#pragma once
// athena-admin.json: where the service listens, whom it believes, where the environments' views and
// Jenkins are. Read once at start, valid by athena-admin.schema.json (embedded).

#include <cstdint>
#include <string>
#include <vector>

namespace admin {

struct EnvironmentSource {
  std::string name;
  std::string view_file;     // the export that the steps write, or
  std::string view_url;      // where the step publish writes in Firebase's Realtime Database
  std::string view_account;  // key file's content of the service account that may read it
};

struct JenkinsSettings {
  std::string url;
  std::string user;
  std::string token;
  std::string ca_file;  // empty: the system's
  std::string folder;   // of the jobs: "team/backup"; empty: the top
  int timeout_seconds = 15;
};

struct ProxySettings {
  std::vector<std::string> addresses{"127.0.0.1", "::1"};  // peers that may speak to the service
  std::string secret;                                      // of header X-Admin-Proxy
  bool sign_in = false;  // the proxy's Remote-User is signed in without a password of ours
  std::string
      sign_out_url;  // the proxy's own page to sign out; empty: none is offered with sign_in
  std::vector<std::string> operator_groups;
  std::vector<std::string> viewer_groups;
};

struct Settings {
  std::string listen = "127.0.0.1";
  int port = 8460;
  std::string public_url;  // what browsers see, without a slash at its end
  std::string data_folder;
  std::vector<EnvironmentSource> environments;
  JenkinsSettings jenkins;
  ProxySettings proxy;
  std::int64_t idle_seconds = 1800;
  std::int64_t longest_seconds = 43200;
  int login_attempts = 5;
  std::int64_t lockout_seconds = 900;

  bool https() const { return public_url.rfind("https://", 0) == 0; }
};

// Throws Error(kConfiguration) listing every mistake with its place.
Settings load_settings(const std::string& path);
// Only the folder of accounts: what `athena-admin user` needs, without reading any secret.
std::string load_data_folder(const std::string& path);

}  // namespace admin
