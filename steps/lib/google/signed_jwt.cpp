#include "google/signed_jwt.hpp"

#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/error.hpp"
#include "json/value.hpp"

namespace google {

namespace {

constexpr std::int64_t kLifetimeSeconds = 3600;  // the most that Google takes

struct OpensslFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
template <typename Thing>
using Owned = std::unique_ptr<Thing, OpensslFree>;

[[noreturn]] void refuse(const ServiceAccount& account) {
  throw core::Error(core::ExitCode::kConfiguration,
                    "the private key of " + account.client_email + " cannot be used",
                    "make a new key of the service account (JSON) and put the whole file into the "
                    "secret");
}

std::string signature(const ServiceAccount& account, const std::string& text) {
  const Owned<BIO> pem(
      BIO_new_mem_buf(account.private_key.data(), static_cast<int>(account.private_key.size())));
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(pem.get(), nullptr, nullptr, nullptr));
  if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) refuse(account);
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1)
    refuse(account);
  std::string made(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, bytes,
                     text.size()) != 1)
    refuse(account);
  made.resize(size);
  return made;
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

std::string signed_jwt(const ServiceAccount& account, const std::string& scope,
                       std::int64_t unix_seconds) {
  json::Value header;
  header.set("alg", "RS256");
  header.set("typ", "JWT");
  header.set("kid", account.private_key_id);
  json::Value claims;
  claims.set("iss", account.client_email);
  claims.set("scope", scope);
  claims.set("aud", account.token_uri);
  claims.set("iat", unix_seconds);
  claims.set("exp", unix_seconds + kLifetimeSeconds);
  const auto text = base64url(json::dump(header)) + "." + base64url(json::dump(claims));
  return text + "." + base64url(signature(account, text));
}

}  // namespace google
