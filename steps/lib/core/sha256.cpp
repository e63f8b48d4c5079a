#include "core/sha256.hpp"

#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace core {

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(md); }
};

Sha256::Sha256() : m_context(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(m_context->md, EVP_sha256(), nullptr) != 1)
    throw Error(ExitCode::kInternal, "SHA-256 is not available in OpenSSL");
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(m_context->md, bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(m_context->md, digest.data(), nullptr);
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sha;
  sha.update(bytes);
  return sha.hex();
}

std::string sha256_of_file(const std::string& path) {
  const UniqueFd fd = open_fd(path, O_RDONLY);
  Sha256 sha;
  std::string buffer(1 << 20, '\0');
  while (const std::size_t got = read_some(fd.get(), buffer.data(), buffer.size(), path))
    sha.update(std::string_view(buffer.data(), got));
  return sha.hex();
}

}  // namespace core
