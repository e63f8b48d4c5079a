#include "resources/images/images_archive.hpp"

#include "core/error.hpp"

namespace resources::images {

namespace {
constexpr const char* kResource = "images";
constexpr std::uint64_t kLargestMember = std::uint64_t{8} << 20;

void put(archive::ChunkSink& sink, const std::string& part, const std::string& text,
         std::optional<std::uint64_t> rows = std::nullopt) {
  json::Value meta = json::Value::object();
  meta.set("part", part);
  sink.put({"images/" + part, kResource, rows, std::move(meta)}, archive::encode_plain(text));
}

std::optional<std::string> read(const archive::ArchiveReader& archive, const std::string& part,
                                core::Context& context) {
  for (const auto* member : archive.manifest().members_of(kResource)) {
    if (member->meta.get_string("part") != part) continue;
    if (member->plain_size > kLargestMember)
      throw core::Error(core::ExitCode::kIntegrity, member->name + " is larger than it can be");
    const auto charge =
        context.memory.acquire(member->plain_size + member->stored_size, context.cancel);
    return archive.read(*member);
  }
  return std::nullopt;
}
}  // namespace

void put_images(archive::ChunkSink& sink, const std::vector<ServiceImage>& images,
                const ArchivedFiles& files) {
  put(sink, "images.json", json::dump_pretty(to_json(images)), images.size());
  if (!files.compose_text.empty()) put(sink, "compose.yml", files.compose_text);
  if (!files.env_lines.empty()) put(sink, "env", files.env_lines);
}

std::vector<ServiceImage> read_images(const archive::ArchiveReader& archive,
                                      core::Context& context) {
  const auto text = read(archive, "images.json", context);
  if (!text)
    throw core::Error(core::ExitCode::kIntegrity,
                      archive.path() + " holds no list of images, though it says so");
  return images_from_json(json::parse(*text, "images.json"));
}

ArchivedFiles read_files(const archive::ArchiveReader& archive, core::Context& context) {
  return {read(archive, "compose.yml", context).value_or(""),
          read(archive, "env", context).value_or("")};
}

json::Value detail_of(const std::vector<ServiceImage>& images) {
  json::Value services = json::Value::array();
  for (const auto& image : images) {
    const auto reference = image.reference();
    json::Value entry = json::Value::object();
    entry.set("service", image.service);
    entry.set("repository", reference.repository);
    entry.set("tag", reference.tag);
    entry.set("digest", image.digest);
    services.push_back(std::move(entry));
  }
  json::Value detail = json::Value::object();
  detail.set("services", std::move(services));
  return detail;
}

}  // namespace resources::images
