#include "resources/images/service_image.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace resources::images {

namespace {
json::Value to_json(const ServiceImage& image) {
  const auto reference = image.reference();
  json::Value entry = json::Value::object();
  entry.set("service", image.service);
  entry.set("image", image.image);
  entry.set("registry", reference.registry);
  entry.set("repository", reference.repository);
  entry.set("tag", reference.tag);
  entry.set("digest", image.digest);
  entry.set("configured", image.configured);
  entry.set("written", image.written);
  json::Value variables = json::Value::object();
  for (const auto& [name, value] : image.variables) variables.set(name, value);
  entry.set("variables", std::move(variables));
  return entry;
}

// What is written into live files must be what a Compose file can hold on one line.
void check(const ServiceImage& image) {
  const auto is_unfit = [](unsigned char c) {
    return c <= ' ' || c == 0x7f || c == '"' || c == '\'';
  };
  const auto check_text = [&](const std::string& text) {
    if (std::any_of(text.begin(), text.end(), is_unfit))
      throw core::Error(core::ExitCode::kIntegrity,
                        "images.json: service " + image.service + " has an unfit image");
  };
  check_text(image.written);
  for (const auto& [name, value] : image.variables) {
    check_text(name);
    check_text(value);
  }
  if (resolve(image.written, image.variables, image.service).text != image.image)
    throw core::Error(core::ExitCode::kIntegrity,
                      "images.json: service " + image.service + " does not add up to its image");
}

ServiceImage from_json(const json::Value& entry) {
  ServiceImage image;
  image.service = entry.at("service").as_string();
  image.image = entry.at("image").as_string();
  image.digest = entry.at("digest").as_string();
  image.configured = entry.at("configured").as_bool();
  image.written = entry.at("written").as_string();
  for (const auto& [name, value] : entry.at("variables").as_object())
    image.variables[name] = value.as_string();
  check(image);
  return image;
}
}  // namespace

json::Value to_json(const std::vector<ServiceImage>& images) {
  json::Value list = json::Value::array();
  for (const auto& image : images) list.push_back(to_json(image));
  json::Value document = json::Value::object();
  document.set("services", std::move(list));
  return document;
}

std::vector<ServiceImage> images_from_json(const json::Value& document) {
  std::vector<ServiceImage> images;
  for (const auto& entry : document.at("services").as_array()) images.push_back(from_json(entry));
  return images;
}

const ServiceImage* find_service(const std::vector<ServiceImage>& images,
                                 const std::string& service) {
  const auto found = std::find_if(images.begin(), images.end(),
                                  [&](const auto& image) { return image.service == service; });
  return found == images.end() ? nullptr : &*found;
}

std::string version_of(const ServiceImage& image) {
  return image.reference().version();
}

}  // namespace resources::images
