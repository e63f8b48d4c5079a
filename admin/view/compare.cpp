#include "admin/view/compare.hpp"

#include <algorithm>

#include "admin/web/words.hpp"

namespace admin {

namespace {

struct KnownResource {
  const char* name;
  const char* title;
  const char* unit;
};

constexpr KnownResource kResources[]{
    {"config_local", "Configuration", "files"},      {"deployment", "Deployment (git)", "files"},
    {"images", "Docker images", "images"},           {"mysql", "MySQL databases", "rows"},
    {"elasticsearch", "Elasticsearch", "documents"}, {"firebase", "Firebase", "documents"}};

constexpr std::pair<const char*, const char*> kFacts[]{{"hash", "Git commit"},
                                                       {"commit", "Git commit"},
                                                       {"branch", "Git branch"},
                                                       {"databases", "Databases"},
                                                       {"tables", "Tables"},
                                                       {"indices", "Indices"},
                                                       {"documents", "Documents"},
                                                       {"files", "Files"},
                                                       {"users", "Users"},
                                                       {"changed_files", "Changed files"},
                                                       {"untracked_files", "Untracked files"},
                                                       {"unpushed_commits", "Unpushed commits"},
                                                       {"server", "Server"},
                                                       {"server_version", "Version of the server"},
                                                       {"symlinks", "Links"},
                                                       {"folders", "Folders"}};

const ResourceView* find(const std::vector<ResourceView>& resources, const std::string& name) {
  for (const auto& resource : resources)
    if (resource.name == name) return &resource;
  return nullptr;
}

std::string fact_of(const ResourceView* resource, const std::string& path) {
  if (resource == nullptr) return "";
  for (const auto& [known, text] : resource->facts)
    if (known == path) return text;
  return "";
}

std::vector<std::string> paths_of(const ResourceView* archived, const ResourceView* live) {
  std::vector<std::string> paths;
  for (const auto* resource : {archived, live})
    if (resource != nullptr)
      for (const auto& [path, text] : resource->facts)
        if (!title_of_fact(path).empty() &&
            std::find(paths.begin(), paths.end(), path) == paths.end())
          paths.push_back(path);
  return paths;
}

void add(ComparedResource& compared, ComparedFact fact) {
  fact.differs = fact.archive != fact.now;
  compared.differs = compared.differs || fact.differs;
  compared.facts.push_back(std::move(fact));
}

ComparedResource compare_one(const std::string& name, const ResourceView* archived,
                             const ResourceView* live) {
  ComparedResource compared;
  compared.name = name;
  compared.absent = archived != nullptr ? archived->absent : "";
  compared.only_in_archive = live == nullptr;
  compared.only_now = archived == nullptr;
  const auto rows = [](const ResourceView* resource) {
    return resource == nullptr ? std::string() : count_text(resource->rows);
  };
  const auto bytes = [](const ResourceView* resource) {
    return resource == nullptr ? std::string() : bytes_text(resource->plain_bytes);
  };
  if (has_count(name) &&
      ((archived != nullptr && archived->rows > 0) || (live != nullptr && live->rows > 0)))
    add(compared, {"rows", rows(archived), rows(live)});
  if (has_size(name)) add(compared, {"size", bytes(archived), bytes(live)});
  for (const auto& path : paths_of(archived, live))
    add(compared, {path, fact_of(archived, path), fact_of(live, path)});
  return compared;
}

}  // namespace

std::vector<ComparedResource> compare(const ArchiveView& archive, const View& view) {
  std::vector<ComparedResource> all;
  for (const auto& resource : archive.resources)
    all.push_back(compare_one(resource.name, &resource, find(view.now, resource.name)));
  for (const auto& resource : view.now)
    if (find(archive.resources, resource.name) == nullptr)
      all.push_back(compare_one(resource.name, nullptr, &resource));
  return all;
}

std::string title_of_resource(const std::string& name) {
  for (const auto& known : kResources)
    if (name == known.name) return known.title;
  return name;
}

std::string unit_of_resource(const std::string& name) {
  for (const auto& known : kResources)
    if (name == known.name) return known.unit;
  return "rows";
}

std::string title_of_fact(const std::string& path) {
  for (const auto& [known, title] : kFacts)
    if (path == known) return title;
  for (const std::string part : {"services.", "tags."})
    if (path.rfind(part, 0) == 0) return path.substr(part.size());
  return "";
}

std::string shown_fact(const std::string& path, const std::string& text) {
  constexpr std::size_t kDigits = 12;
  constexpr std::string_view kDigest = "@sha256:";
  if (path == "hash" || path == "commit") return text.substr(0, kDigits);
  const auto at = text.find(kDigest);
  if (at == std::string::npos) return text;
  return text.substr(0, at) + " (" + text.substr(at + kDigest.size(), kDigits) + ")";
}

bool has_size(const std::string& resource) {
  return resource != "images";
}

bool has_count(const std::string& resource) {
  return resource != "config_local" && resource != "deployment";
}

}  // namespace admin
