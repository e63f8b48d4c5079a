#pragma once
// The files that say which image each service runs: read together, written back one by one.

#include <optional>
#include <string>
#include <vector>

#include "resources/images/compose_file.hpp"
#include "resources/images/env_file.hpp"
#include "resources/images/image_settings.hpp"
#include "resources/images/service_image.hpp"

namespace resources::images {

class LiveImages {
 public:
  // Reads the files. Throws Error(kConfiguration) for what is not understood, Error(kNotFound) for
  // a file that is not there.
  explicit LiveImages(const ImageSettings& settings);

  // Every service with an image, in the order of the file. Throws Error(kConfiguration) naming the
  // first configured service whose image is not understood; others are left out.
  std::vector<ServiceImage> services() const;
  // One configured service. Throws as services().
  ServiceImage service(const std::string& name) const;
  bool has(const std::string& name) const;

  // Makes the service run what the archive says. True when anything had to change; nothing is on
  // the disk before save().
  bool put_back(const ServiceImage& archived);
  // Writes what changed: atomically, with the mode and owner that the file had.
  void save() const;

  // For people: the Compose file whole; of the .env only the lines that images use, for it may hold
  // passwords.
  std::string compose_text() const { return m_compose ? m_compose->text() : ""; }
  std::string env_lines() const;
  // Files that a restore writes.
  std::vector<std::string> paths() const;

 private:
  Variables variables_of(const std::string& written, const std::string& service) const;
  ServiceImage read(const std::string& service, const std::string& written) const;
  bool resolves_to(const ServiceImage& archived) const;
  bool is_configured(const std::string& service) const;

  const ImageSettings& m_settings;
  std::optional<ComposeFile> m_compose;
  EnvFile m_env;
  std::string m_compose_before;
  std::string m_env_before;
};

}  // namespace resources::images
