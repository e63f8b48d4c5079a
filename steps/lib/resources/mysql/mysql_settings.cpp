#include "resources/mysql/mysql_settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::mysql {

namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& text) {
  throw core::Error(core::ExitCode::kConfiguration,
                    fmt::format("/resources/mysql/{} cannot be \"{}\"", key, text),
                    "see the page that explains every key of environment.json");
}

TlsMode tls_mode(const std::string& text) {
  if (text == "disabled") return TlsMode::kDisabled;
  if (text == "preferred") return TlsMode::kPreferred;
  if (text == "required") return TlsMode::kRequired;
  if (text == "verify_ca") return TlsMode::kVerifyCa;
  if (text == "verify_identity") return TlsMode::kVerifyIdentity;
  refuse("tls/mode", text);
}

TlsSettings read_tls(const json::Value* section) {
  TlsSettings tls;
  if (section == nullptr) return tls;
  tls.mode = tls_mode(section->get_string("mode", "preferred"));
  tls.ca_file = section->get_string("ca_file");
  tls.cert_file = section->get_string("cert_file");
  tls.key_file = section->get_string("key_file");
  const bool verifies = tls.mode == TlsMode::kVerifyCa || tls.mode == TlsMode::kVerifyIdentity;
  if (verifies && tls.ca_file.empty())
    throw core::Error(
        core::ExitCode::kConfiguration,
        "/resources/mysql/tls verifies the server's certificate, but names no ca_file",
        "set ca_file to the certificate of the authority that signed the server's "
        "(for a public one: /etc/ssl/certs/ca-certificates.crt)");
  return tls;
}

std::optional<std::string> read_definer(const json::Value& section) {
  const std::string mode = section.get_string("definer", "keep");
  if (mode == "keep") return std::nullopt;
  if (mode != "replace") refuse("definer", mode);
  const std::string account = section.get_string("replace_definer_with");
  if (account.find('@') == std::string::npos) refuse("replace_definer_with", account);
  return account;
}

bool read_non_transactional(const json::Value& section) {
  const std::string mode = section.get_string("non_transactional", "lock");
  if (mode != "lock" && mode != "refuse") refuse("non_transactional", mode);
  return mode == "lock";
}

void read_bulk(const json::Value& section, std::size_t workers, MysqlSettings& result) {
  result.chunk_bytes = section.get_uint("chunk_bytes", result.chunk_bytes);
  if (result.chunk_bytes < 1024 || result.chunk_bytes > (std::size_t{64} << 20))
    refuse("chunk_bytes", std::to_string(result.chunk_bytes));
  result.connections = section.get_uint("connections", std::max<std::size_t>(2, workers));
  if (result.connections < 1 || result.connections > 32)
    refuse("connections", std::to_string(result.connections));
  result.disable_binary_log = section.get_bool("disable_binary_log");
}

}  // namespace

std::string MysqlSettings::server() const {
  return socket.empty() ? fmt::format("{}:{}", host, port) : socket;
}

std::string MysqlSettings::without_transactions_hint() const {
  return after_cut ? "convert it to InnoDB, or set maintenance.release to \"after_snapshot\""
                   : "convert it to InnoDB or set non_transactional to \"lock\"";
}

MysqlSettings read_settings(const Settings& settings) {
  const json::Value& section = settings.section;
  MysqlSettings result;
  result.environment = settings.environment;
  result.safety = settings.safety;
  result.after_cut = settings.after_cut;
  result.full_prove = settings.full_prove;
  result.host = section.get_string("host", result.host);
  result.port = static_cast<unsigned>(section.get_uint("port", result.port));
  result.socket = section.get_string("socket");
  result.user = section.get_string("user");
  if (const json::Value* reference = section.find("password"))
    result.password = settings.secret(*reference);
  result.databases = section.get_strings("databases");
  if (result.databases.empty()) refuse("databases", "");
  result.tls = read_tls(section.find("tls"));
  result.accounts = section.get_strings("accounts");
  result.lock_non_transactional = read_non_transactional(section) && !result.after_cut;
  result.replace_definer_with = read_definer(section);
  read_bulk(section, settings.workers, result);
  return result;
}

}  // namespace resources::mysql
