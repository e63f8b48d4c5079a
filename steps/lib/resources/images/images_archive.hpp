#pragma once
// What an archive holds of this resource: images/images.json, which a restore reads, and for people
// copies of the files.

#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/images/service_image.hpp"

namespace resources::images {

struct ArchivedFiles {
  std::string compose_text;
  std::string env_lines;
};

void put_images(archive::ChunkSink& sink, const std::vector<ServiceImage>& images,
                const ArchivedFiles& files);

// Throws Error(kIntegrity) when the archive holds no such list.
std::vector<ServiceImage> read_images(const archive::ArchiveReader& archive,
                                      core::Context& context);
ArchivedFiles read_files(const archive::ArchiveReader& archive, core::Context& context);

// The manifest's `detail`: one entry per service, for lists.
json::Value detail_of(const std::vector<ServiceImage>& images);

}  // namespace resources::images
