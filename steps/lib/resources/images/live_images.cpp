#include "resources/images/live_images.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace resources::images {

namespace {
constexpr std::size_t kLargestFile = std::size_t{4} << 20;
constexpr mode_t kNewFileMode = 0644;

bool exists(const std::string& path) {
  struct stat entry {};
  return ::stat(path.c_str(), &entry) == 0;
}

std::string text_of(const std::string& path) {
  if (!exists(path) && errno == ENOENT)
    throw core::Error(core::ExitCode::kNotFound, fmt::format("{} is not there", path),
                      "correct the paths of images in environment.json");
  return core::read_file(path, kLargestFile);
}

// A rename onto a link would replace the link.
std::string behind_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? real.get() : path;
}

void replace_file(const std::string& path, const std::string& text) {
  const std::string real = behind_links(path);
  struct stat before {};
  const bool is_new = ::stat(real.c_str(), &before) != 0;
  core::AtomicFile file(real, kNewFileMode);
  if (!is_new && (::fchown(file.fd(), before.st_uid, before.st_gid) != 0 ||
                  ::fchmod(file.fd(), before.st_mode & 07777) != 0))
    core::throw_errno("keep the owner and mode of", real);
  file.write(text);
  file.commit();
}
}  // namespace

LiveImages::LiveImages(const ImageSettings& settings) : m_settings(settings) {
  if (!settings.compose_file.empty())
    m_compose.emplace(text_of(settings.compose_file), settings.compose_file);
  // With a Compose file the .env may be gone: a restore writes it again.
  if (!settings.env_file.empty() && (!m_compose || exists(settings.env_file)))
    m_env = EnvFile(text_of(settings.env_file), settings.env_file);
  m_compose_before = compose_text();
  m_env_before = m_env.text();
}

bool LiveImages::is_configured(const std::string& service) const {
  const auto& wanted = m_settings.services;
  return std::find(wanted.begin(), wanted.end(), service) != wanted.end();
}

Variables LiveImages::variables_of(const std::string& written, const std::string& service) const {
  Variables values;
  for (const auto& name : variables_in(written, service))
    if (const auto value = m_env.value(name)) values[name] = *value;
  return values;
}

ServiceImage LiveImages::read(const std::string& service, const std::string& written) const {
  auto resolved = resolve(written, variables_of(written, service), service);
  ServiceImage image;
  image.service = service;
  image.written = written;
  image.image = std::move(resolved.text);
  image.variables = std::move(resolved.used);
  image.configured = is_configured(service);
  image.reference();  // refuses what is none
  return image;
}

// Without a Compose file a "service" is a key of the .env whose value is a whole image.
ServiceImage LiveImages::service(const std::string& name) const {
  if (m_compose) return read(name, m_compose->require(name).image);
  if (const auto value = m_env.value(name); value && value->find('/') == std::string::npos)
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("{}: {}={} is a tag alone", m_settings.env_file, name, *value),
                      "set compose_file, so that its image is known");
  return read(name, "${" + name + "}");
}

bool LiveImages::has(const std::string& name) const {
  if (!m_compose) return m_env.contains(name);
  const ComposeService* found = m_compose->find(name);
  return found != nullptr && found->problem.empty() && !found->image.empty();
}

std::vector<ServiceImage> LiveImages::services() const {
  std::vector<ServiceImage> images;
  for (const auto& name : m_settings.services) service(name);
  if (!m_compose) {
    for (const auto& name : m_settings.services) images.push_back(service(name));
    return images;
  }
  for (const auto& entry : m_compose->services()) {
    const bool has_no_image = entry.image.empty() && entry.problem.empty();
    if (has_no_image || (!is_configured(entry.name) && !entry.problem.empty())) continue;
    try {
      images.push_back(service(entry.name));
    } catch (const core::Error&) {
      if (is_configured(entry.name)) throw;  // a data store's image is nobody's business here
    }
  }
  return images;
}

bool LiveImages::put_back(const ServiceImage& archived) {
  const auto& name = archived.service;
  if (!m_compose) {
    const auto& value = archived.image;
    const bool differs = !m_env.contains(name) || m_env.value(name) != value;
    if (differs) m_env.set(name, value);
    return differs;
  }
  bool changed = false;
  if (m_compose->require(name).image != archived.written) {
    m_compose->set_image(name, archived.written);
    changed = true;
  }
  if (resolves_to(archived)) return changed;
  for (const auto& [variable, value] : archived.variables)
    if (m_env.value(variable) != value) m_env.set(variable, value);
  return true;
}

bool LiveImages::resolves_to(const ServiceImage& archived) const {
  const auto values = variables_of(archived.written, archived.service);
  for (const auto& [variable, value] : archived.variables) {
    const auto found = values.find(variable);
    if (found != values.end() && found->second != value) return false;
  }
  try {
    return resolve(archived.written, values, archived.service).text == archived.image;
  } catch (const core::Error&) {
    return false;  // a variable that is gone and has no default
  }
}

void LiveImages::save() const {
  if (m_compose && m_compose->text() != m_compose_before)
    replace_file(m_settings.compose_file, m_compose->text());
  if (m_env.text() == m_env_before) return;
  const bool beside = m_settings.env_file.empty();
  replace_file(beside ? core::folder_of(m_settings.compose_file) + "/.env" : m_settings.env_file,
               m_env.text());
}

std::string LiveImages::env_lines() const {
  std::vector<std::string> keys;
  for (const auto& image : services())
    for (const auto& [variable, value] : image.variables)
      if (m_env.contains(variable)) keys.push_back(variable);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::string lines;
  for (const auto& key : keys) lines += m_env.line(key) + "\n";
  return lines;
}

std::vector<std::string> LiveImages::paths() const {
  std::vector<std::string> paths;
  for (const auto& path : {m_settings.compose_file, m_settings.env_file})
    if (!path.empty()) paths.push_back(path);
  return paths;
}

}  // namespace resources::images
