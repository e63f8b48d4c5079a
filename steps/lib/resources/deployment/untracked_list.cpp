#include "resources/deployment/untracked_list.hpp"

#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/path_text.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

json::Value to_json(const UntrackedFile& file) {
  json::Value entry = json::Value::object();
  entry.set("path", core::encode_path(file.path));
  if (file.is_link())
    entry.set("target", core::encode_path(file.target));
  else
    entry.set("sha256", file.sha256);
  entry.set("mode", file.mode);
  entry.set("mtime_seconds", file.mtime_seconds);
  entry.set("mtime_nanoseconds", file.mtime_nanoseconds);
  entry.set("size", file.size);
  entry.set("pack", file.pack);
  return entry;
}

[[noreturn]] void refuse(const std::string& what) {
  throw core::Error(core::ExitCode::kIntegrity, "the list of untracked files: " + what,
                    "the archive is damaged or was made to do harm: use another one");
}

UntrackedFile from_json(const json::Value& entry) {
  UntrackedFile file;
  file.path = core::decode_relative_path(entry.at("path").as_string());
  // git itself lives there, in submodules too.
  if (("/" + file.path + "/").find("/.git/") != std::string::npos)
    refuse("'.git' is no untracked file");
  file.mode = static_cast<std::uint32_t>(entry.at("mode").as_uint() & 07777);
  file.mtime_seconds = entry.at("mtime_seconds").as_int();
  file.mtime_nanoseconds = static_cast<std::uint32_t>(entry.at("mtime_nanoseconds").as_uint());
  if (file.mtime_nanoseconds >= 1'000'000'000) refuse("an impossible time");
  file.size = entry.at("size").as_uint();
  if (const auto* target = entry.find("target")) {
    file.target = core::decode_path(target->as_string());
    if (file.target.empty() || file.target.size() > 4095 ||
        file.target.find('\0') != std::string::npos)
      refuse("an impossible link target");
  } else {
    file.sha256 = entry.at("sha256").as_string();
    file.pack = static_cast<std::uint32_t>(entry.at("pack").as_uint());
  }
  return file;
}

}  // namespace

void put_list(const std::vector<UntrackedFile>& files, archive::ChunkSink& sink) {
  json::Value list = json::Value::array();
  for (const auto& file : files) list.push_back(to_json(file));
  archive::ChunkName name;
  name.path = "deployment/untracked.json.zst";
  name.resource = kName;
  name.rows = files.size();
  name.meta.set("kind", "untracked_list");
  sink.put(std::move(name), archive::encode_zstd(json::dump(list)));
}

std::vector<UntrackedFile> parse_list(std::string_view text) {
  const json::Value list = json::parse(text, "deployment/untracked.json");
  std::vector<UntrackedFile> files;
  std::set<std::string> known;
  for (const auto& entry : list.as_array()) {
    files.push_back(from_json(entry));
    if (!known.insert(files.back().path).second)
      refuse(fmt::format("{} stands there twice", core::encode_path(files.back().path)));
  }
  return files;
}

std::vector<UntrackedFile> archived_untracked(const archive::ArchiveReader& archive,
                                              core::Context& context) {
  for (const auto* member : archive.manifest().members_of(kName)) {
    if (member->meta.get_string("kind") != "untracked_list") continue;
    const auto charge =
        context.memory.acquire(member->plain_size + member->stored_size, context.cancel);
    return parse_list(archive.read(*member));
  }
  return {};
}

}  // namespace resources::deployment
