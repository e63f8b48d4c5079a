#pragma once
// The section /resources/mysql of environment.json, with every default filled in.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "resources/settings.hpp"

namespace resources::mysql {

// preferred: encrypted when the server can; required: or not at all; verify_ca: also a certificate
// signed by ca_file; verify_identity: also one for this host's name.
enum class TlsMode { kDisabled, kPreferred, kRequired, kVerifyCa, kVerifyIdentity };

struct TlsSettings {
  TlsMode mode = TlsMode::kPreferred;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
};

struct MysqlSettings {
  std::string environment;
  std::string host = "127.0.0.1";
  unsigned port = 3306;
  std::string socket;  // not empty: used instead of host and port
  std::string user;
  std::string password;
  std::vector<std::string> databases;
  TlsSettings tls;
  std::vector<std::string> accounts;  // "user@host"
  // Tables without transactions: locked while they are copied, or else refused by preflight.
  bool lock_non_transactional = true;
  std::optional<std::string> replace_definer_with;  // "user@host"; nothing: definers are kept
  std::size_t chunk_bytes = std::size_t{2} << 20;
  std::size_t connections = 2;
  bool disable_binary_log = false;
  bool safety = false;      // a configured database may be missing
  bool full_prove = false;  // rows that are known to be unchanged are read again too
  bool after_cut = false;   // users come back while the copy still reads

  // "db.example.org:3306" or the socket's path, for messages.
  std::string server() const;
  // What to do about a table without transactions that is refused.
  std::string without_transactions_hint() const;
};

// Throws Error(kConfiguration) for what the schema of environment.json cannot see.
MysqlSettings read_settings(const Settings& settings);

}  // namespace resources::mysql
