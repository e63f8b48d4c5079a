#pragma once
// The `services: <name>: image:` lines of a Compose file, found by indentation. Not a YAML parser:
// what could make an image come from elsewhere (tabs, flow style, anchors, merge keys, extends) is
// refused by name, never guessed. All other lines stay as they are, byte by byte.

#include <string>
#include <vector>

namespace resources::images {

struct ComposeService {
  std::string name;
  std::string image;            // as written, without quotes; empty when it has no image line
  std::size_t image_start = 0;  // of the value in the text, within quotes
  std::size_t line = 0;         // of the image or, without one, of the service; from 1
  std::string problem;          // why its image is not understood; empty: it is
};

class ComposeFile {
 public:
  // Throws Error(kConfiguration) when it has no readable `services:`.
  ComposeFile(std::string text, std::string name);

  const std::vector<ComposeService>& services() const { return m_services; }
  // nullptr when there is none.
  const ComposeService* find(const std::string& service) const;
  // Throws Error(kConfiguration) naming the service and its line when its image is not understood.
  const ComposeService& require(const std::string& service) const;
  // Replaces the value of the service's image line; it must have one.
  void set_image(const std::string& service, const std::string& image);

  const std::string& text() const { return m_text; }

 private:
  void scan();
  std::string m_text;
  std::string m_name;
  std::vector<ComposeService> m_services;
};

}  // namespace resources::images
