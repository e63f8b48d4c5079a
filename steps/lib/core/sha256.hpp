#pragma once
// SHA-256 by OpenSSL. Digests are 64 lower-case hex digits everywhere.

#include <memory>
#include <string>
#include <string_view>

namespace core {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  std::string hex();  // once, at the end

 private:
  struct Context;
  std::unique_ptr<Context> m_context;
};

std::string sha256_hex(std::string_view bytes);
// Streams the file; throws Error(kStorage) if it cannot be read.
std::string sha256_of_file(const std::string& path);

}  // namespace core
