#pragma once
// "127.0.0.1:5000/athena/server:4.2.1" in its parts, as Docker reads it.

#include <string>

namespace resources::images {

struct ImageReference {
  std::string registry;    // host or host:port; "docker.io" when the name gives none
  std::string repository;  // "athena/server"; "library/nginx" for a plain name of docker.io
  std::string tag;         // "latest" when neither tag nor digest is given; empty: digest only
  std::string digest;      // "sha256:..." when the reference pins one

  // What a manifest is asked for by: the pinned digest, else the tag.
  const std::string& version() const { return digest.empty() ? tag : digest; }
};

// Throws Error(kConfiguration, "service <service>: '<text>' is not an image") for what Docker would
// refuse.
ImageReference parse_image(const std::string& text, const std::string& service);

// "sha256:" and 64 hex digits (or another algorithm's).
bool is_digest(const std::string& text);

}  // namespace resources::images
