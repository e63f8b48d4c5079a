#include "resources/mysql/server_greeting.hpp"

#include <optional>

#include "core/tcp_client.hpp"

namespace resources::mysql {

namespace {

constexpr std::chrono::seconds kLimit{5};
constexpr unsigned kClientSsl = 0x0800;

unsigned byte_of(const std::string& text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// The first packet of the protocol, version 10: 3 bytes length, 1 number; 1 version, the server's
// version as text with a NUL, 4 connection id, 8 salt, 1 filler, 2 capabilities.
std::optional<unsigned> capabilities_of(const core::TcpClient& client) {
  const auto header = client.receive(4);
  if (header.size() < 4) return std::nullopt;
  const auto size = byte_of(header, 0) | byte_of(header, 1) << 8;
  const auto packet = client.receive(size);
  constexpr std::size_t kBetween = 4 + 8 + 1;
  const auto end_of_version = packet.find('\0', 1);
  if (packet.empty() || packet[0] != 10 || end_of_version == std::string::npos) return std::nullopt;
  const auto at = end_of_version + 1 + kBetween;
  if (packet.size() < at + 2) return std::nullopt;
  return byte_of(packet, at) | byte_of(packet, at + 1) << 8;
}

}  // namespace

bool offers_tls(const MysqlSettings& settings, const core::CancelToken& cancel) {
  const core::TcpClient client(settings.host, std::to_string(settings.port), kLimit, cancel);
  if (!client.connected()) return true;
  const auto capabilities = capabilities_of(client);
  return !capabilities || (*capabilities & kClientSsl) != 0;
}

}  // namespace resources::mysql
