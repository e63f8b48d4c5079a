#include "resources/firebase/realtime_site.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{4} << 20;
constexpr std::size_t kLeafBytes = std::size_t{64} << 20;  // 10 MB of text, escaped
constexpr std::size_t kParcels = 32;

std::string without_last_slashes(std::string text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  return text;
}

std::string published_in(const Settings& settings, const std::string& url) {
  const auto* place = settings.publish.find(kRealtime);
  if (place == nullptr || without_last_slashes(place->get_string("url")) != url) return "";
  return without_last_slashes(place->get_string("path"));
}

void check_roots(const RealtimeSite& site) {
  const auto refuse = [&](const std::string& why) {
    throw core::Error(core::ExitCode::kConfiguration,
                      fmt::format("realtime database {}: {}", site.database->url(), why),
                      "correct resources.firebase.realtime in environment.json");
  };
  for (std::size_t i = 0; i < site.roots.size(); ++i) {
    if (site.is_published(site.roots[i]))
      refuse(fmt::format("the path {} lies in the published view", site.roots[i]));
    for (std::size_t k = 0; k < site.roots.size(); ++k)
      if (i != k && lies_in(site.roots[i], site.roots[k]))
        refuse(fmt::format("the path {} lies in {}/", site.roots[i], site.roots[k]));
  }
}

void add_subtrees(const RealtimeSite& site, const std::string& path,
                  std::vector<std::string>& found) {
  if (site.is_published(path)) return;
  if (!site.holds_published(path)) return found.push_back(path);
  for (const auto& key : site.database->shallow(path).keys)
    add_subtrees(site, path + "/" + key, found);
}

}  // namespace

std::vector<RealtimeSite> open_realtime(const Settings& settings, const core::CancelToken& cancel) {
  const auto project = project_of(settings, cancel);
  const auto& section = settings.section.at(kRealtime);
  std::vector<RealtimeSite> sites;
  for (const auto& entry : section.at("databases").as_array()) {
    RealtimeSite site;
    const auto url = without_last_slashes(entry.at("url").as_string());
    site.database = std::make_shared<RealtimeDatabase>(url, project.tokens, cancel);
    for (const auto& path : entry.get_strings("paths"))
      site.roots.push_back(without_last_slashes(path));
    site.published = published_in(settings, url);
    site.piece_bytes = section.get_uint("chunk_bytes", kPieceBytes);
    check_roots(site);
    sites.push_back(std::move(site));
  }
  return sites;
}

std::vector<std::string> subtrees(const RealtimeSite& site) {
  std::vector<std::string> found;
  for (const auto& root : site.roots) add_subtrees(site, root, found);
  return found;
}

void RealtimeReader::read(const std::string& path) {
  if (m_site.is_published(path)) return;
  if (m_site.holds_published(path)) return split(path);
  const auto text = m_site.database->get(path, m_site.piece_bytes);
  if (!text) return split(path);
  if (*text != "null") m_piece(path, *text);
}

void RealtimeReader::split(const std::string& path) {
  const auto below = m_site.database->shallow(path);
  if (below.leaf) {
    const auto text = m_site.database->get(path, kLeafBytes);
    if (!text)
      throw core::Error(core::ExitCode::kServiceError,
                        fmt::format("the value at {} is larger than {} bytes", path, kLeafBytes));
    if (*text != "null") m_piece(path, *text);
    return;
  }
  read_priority(path);
  for (const auto& key : below.keys) read(path + "/" + key);
}

void RealtimeReader::read_priority(const std::string& path) {
  if (const auto priority = m_site.database->priority(path); priority != "null")
    m_priority(path, priority);
}

namespace {

bool fits(const RealtimeSite& site, const std::string& root) {
  return !site.holds_published(root) && site.database->get(root, site.piece_bytes).has_value();
}

void share_out(const std::string& root, const std::vector<std::string>& keys,
               std::vector<Parcel>& list) {
  std::vector<Parcel> shares(std::min(kParcels, keys.size()));
  for (std::size_t i = 0; i < keys.size(); ++i)
    shares[i % shares.size()].push_back(root + "/" + keys[i]);
  for (auto& share : shares) list.push_back(std::move(share));
}

}  // namespace

Parcels parcels_of(const RealtimeSite& site) {
  Parcels parcels;
  for (const auto& root : site.roots) {
    const auto below = fits(site, root) ? Shallow{true, {}} : site.database->shallow(root);
    if (below.leaf) {
      parcels.list.push_back({root});
    } else {
      share_out(root, below.keys, parcels.list);
      parcels.split.push_back(root);
    }
  }
  return parcels;
}

std::string top_of(const RealtimeSite& site, const std::string& path) {
  for (const auto& root : site.roots)
    if (lies_in(path, root)) return path.substr(0, path.find('/', root.size() + 1));
  return path;
}

}  // namespace resources::firebase
