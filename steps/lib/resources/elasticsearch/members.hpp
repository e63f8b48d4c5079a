#pragma once
// The members of this resource inside an archive: their names, what their `meta` says, and the
// manifest's detail. Written by the capture, read by destroy, restore and prove.

#include <map>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "resources/elasticsearch/document_chunk.hpp"
#include "resources/elasticsearch/index_selection.hpp"

namespace resources::elasticsearch {

inline constexpr const char* kResource = "elasticsearch";

archive::ChunkName definition_name(const std::string& unit, const std::string& index);
archive::ChunkName stream_name(const std::string& unit);
archive::ChunkName templates_name();
archive::ChunkName documents_name(const std::string& unit, std::uint32_t slice, std::uint32_t part,
                                  const DocumentChunk& chunk);

// A unit as the archive holds it.
struct ArchivedUnit {
  std::string name;
  bool data_stream = false;
  DocumentSum sum;
  bool has_checksum = true;
  std::string history;  // histories() right before the cut; empty in archives without
  const archive::Member* definition = nullptr;  // of an index; null for a data stream
  std::vector<const archive::Member*> documents;
};

class ArchivedUnits {
 public:
  // Throws Error(kIntegrity) where members and detail do not fit together. Views into `archive`.
  explicit ArchivedUnits(const archive::ArchiveReader& archive);

  const std::vector<ArchivedUnit>& all() const { return m_units; }
  const ArchivedUnit* find(const std::string& name) const;
  const IndexSelection& selection() const { return m_selection; }
  const std::string& method() const { return m_method; }
  const archive::Member* templates() const { return m_templates; }
  const json::Value& detail() const { return m_detail; }

 private:
  void add_units();
  void add_members(const archive::Manifest& manifest);

  json::Value m_detail;
  std::string m_method;
  IndexSelection m_selection;
  std::vector<ArchivedUnit> m_units;
  const archive::Member* m_templates = nullptr;
};

}  // namespace resources::elasticsearch
