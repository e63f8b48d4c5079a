#include "resources/firebase/part.hpp"

#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

const json::Value* parts_of(const archive::ArchiveReader& archive) {
  const auto* entry = archive.manifest().resource(kResource);
  return entry == nullptr ? nullptr : &entry->detail.at("parts");
}

}  // namespace

archive::ChunkName member_name(const std::string& part, const std::string& path) {
  json::Value meta;
  meta.set("part", part);
  return {std::string(kResource) + "/" + part + "/" + path, kResource, std::nullopt,
          std::move(meta)};
}

const json::Value* part_detail(const archive::ArchiveReader& archive, const std::string& part) {
  const auto* parts = parts_of(archive);
  return parts == nullptr ? nullptr : parts->find(part);
}

std::vector<const archive::Member*> members_of(const archive::ArchiveReader& archive,
                                               const std::string& part) {
  std::vector<const archive::Member*> members;
  for (const auto* member : archive.manifest().members_of(kResource))
    if (member->meta.get_string("part") == part) members.push_back(member);
  return members;
}

std::vector<std::string> archived_parts(const archive::ArchiveReader& archive) {
  std::vector<std::string> names;
  if (const auto* parts = parts_of(archive))
    for (const auto& [name, detail] : parts->as_object()) names.push_back(name);
  return names;
}

}  // namespace resources::firebase
