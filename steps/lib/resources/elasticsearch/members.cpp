#include "resources/elasticsearch/members.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::elasticsearch {

namespace {

archive::ChunkName named(const std::string& path, const char* kind) {
  json::Value meta;
  meta.set("kind", kind);
  return {std::string(kResource) + "/" + path, kResource, std::nullopt, std::move(meta)};
}

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity,
                    "the archive's elasticsearch part is damaged: " + what, "use another archive");
}

json::Value detail_of(const archive::ArchiveReader& archive) {
  const auto* entry = archive.manifest().resource(kResource);
  if (entry == nullptr) refuse("it has none");
  return entry->detail;
}

}  // namespace

archive::ChunkName definition_name(const std::string& unit, const std::string& index) {
  auto name = named(archive::encode_name(unit) + "/index.json", "index");
  name.meta.set("unit", unit);
  name.meta.set("index", index);
  return name;
}

archive::ChunkName stream_name(const std::string& unit) {
  auto name = named(archive::encode_name(unit) + "/data-stream.json", "data_stream");
  name.meta.set("unit", unit);
  return name;
}

archive::ChunkName templates_name() {
  return named("templates.json", "templates");
}

archive::ChunkName documents_name(const std::string& unit, std::uint32_t slice, std::uint32_t part,
                                  const DocumentChunk& chunk) {
  auto name = named(fmt::format("{}/{:04}-{:06}.{}.ndjson.zst", archive::encode_name(unit), slice,
                                part, name_of(chunk.layout())),
                    "documents");
  name.rows = chunk.sum().count();
  name.meta.set("unit", unit);
  name.meta.set("slice", slice);
  name.meta.set("layout", name_of(chunk.layout()));
  name.meta.set("checksum", chunk.sum().checksum());
  return name;
}

ArchivedUnits::ArchivedUnits(const archive::ArchiveReader& archive)
    : m_detail(detail_of(archive)),
      m_method(m_detail.get_string("method")),
      m_selection(IndexSelection::from(m_detail)) {
  add_units();
  add_members(archive.manifest());
  for (const auto& unit : m_units)
    if (!unit.data_stream && unit.definition == nullptr && m_method == "export")
      refuse("index " + unit.name + " has no definition");
}

void ArchivedUnits::add_units() {
  for (const auto& [name, unit] : m_detail.at("indices").as_object()) {
    ArchivedUnit one;
    one.name = name;
    one.data_stream = unit.get_bool("data_stream");
    one.has_checksum = unit.contains("checksum");
    one.history = unit.get_string("history");
    one.sum.set_count(unit.get_uint("documents"));
    if (one.has_checksum)
      one.sum = DocumentSum::from(unit.get_uint("documents"), unit.get_string("checksum"));
    m_units.push_back(std::move(one));
  }
}

void ArchivedUnits::add_members(const archive::Manifest& manifest) {
  std::map<std::string, ArchivedUnit*> by_name;
  for (auto& unit : m_units) by_name[unit.name] = &unit;
  for (const auto* one : manifest.members_of(kResource)) {
    const auto kind = one->meta.get_string("kind");
    if (kind == "templates") m_templates = one;
    if (kind != "documents" && kind != "index") continue;
    const auto found = by_name.find(one->meta.get_string("unit"));
    if (found == by_name.end()) refuse(one->name + " belongs to no index");
    if (kind == "index")
      found->second->definition = one;
    else
      found->second->documents.push_back(one);
  }
}

const ArchivedUnit* ArchivedUnits::find(const std::string& name) const {
  for (const auto& unit : m_units)
    if (unit.name == name) return &unit;
  return nullptr;
}

}  // namespace resources::elasticsearch
