#include "archive/manifest.hpp"

namespace archive {

const ResourceEntry* Manifest::resource(const std::string& name) const {
  for (const auto& entry : resources)
    if (entry.name == name) return &entry;
  return nullptr;
}

std::vector<const Member*> Manifest::members_of(const std::string& resource) const {
  std::vector<const Member*> list;
  for (const auto& member : members)
    if (member.resource == resource) list.push_back(&member);
  return list;
}

}  // namespace archive
