#pragma once
// The key of a service account made for a test, and the other side's view of it.

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "json/value.hpp"

namespace test_google {

class Key {
 public:
  Key() : m_key(EVP_RSA_gen(2048), EVP_PKEY_free) {}

  // As Google's console hands it out.
  std::string file(const std::string& token_uri) const {
    json::Value value;
    value.set("type", "service_account");
    value.set("project_id", "demo-project");
    value.set("private_key_id", "0123456789abcdef");
    value.set("private_key", pem());
    value.set("client_email", "backup@demo-project.iam.gserviceaccount.com");
    value.set("token_uri", token_uri);
    return json::dump_pretty(value);
  }

  bool verifies(const std::string& text, const std::string& signature) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
    EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get());
    return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                            text.size()) == 1;
  }

 private:
  static const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }

  std::string pem() const {
    const std::unique_ptr<BIO, void (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    PEM_write_bio_PrivateKey(bio.get(), m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
  }

  std::shared_ptr<EVP_PKEY> m_key;
};

inline Key make_key() {
  return {};
}

inline std::string base64url_decode(std::string text) {
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string bytes(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace test_google
