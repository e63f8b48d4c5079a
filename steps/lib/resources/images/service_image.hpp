#pragma once
// What one service runs, as an archive keeps it, and images/images.json, the list of them.

#include <string>
#include <vector>

#include "json/value.hpp"
#include "resources/images/image_reference.hpp"
#include "resources/images/template_text.hpp"

namespace resources::images {

struct ServiceImage {
  std::string service;
  std::string written;     // as the Compose file writes it: "${REGISTRY}/athena/api:${TAG}"
  Variables variables;     // what stood for what
  std::string image;       // with the variables put in
  std::string digest;      // of the manifest in the registry; empty: not asked, or not there
  bool configured = true;  // one of `services`: put back by a restore

  ImageReference reference() const { return parse_image(image, service); }
};

json::Value to_json(const std::vector<ServiceImage>& images);
// Throws Error(kIntegrity) for a document that is not one of ours.
std::vector<ServiceImage> images_from_json(const json::Value& document);

// nullptr when there is none.
const ServiceImage* find_service(const std::vector<ServiceImage>& images,
                                 const std::string& service);

// "v1.4.1", or the digest of an image that has no tag: for people.
std::string version_of(const ServiceImage& image);

}  // namespace resources::images
