#include "admin/view/search.hpp"

#include <algorithm>

#include "core/clock.hpp"

namespace admin {

namespace {

// ASCII only: other letters are found as they are written.
std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  const std::string small = lower(text);
  for (std::size_t begin = 0; begin < small.size();) {
    const auto end = std::min(small.find_first_of(" \t\r\n", begin), small.size());
    if (end > begin) words.push_back(small.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string everything_in(const ArchiveView& archive) {
  std::string text = archive.backup_id + "\n" + archive.description + "\n" + archive.requested_by;
  if (archive.pinned) text += "\n" + *archive.pinned;
  for (const auto& resource : archive.resources)
    for (const auto& [path, fact] : resource.facts) text += "\n" + fact;
  return lower(std::move(text));
}

bool holds_all(const ArchiveView& archive, const std::vector<std::string>& words) {
  if (words.empty()) return true;
  const auto text = everything_in(archive);
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

bool is(const ArchiveView& archive, const std::string& only) {
  if (only == "verified") return archive.verified();
  if (only == "unverified") return !archive.verified() && !archive.damaged();
  if (only == "damaged") return archive.damaged();
  if (only == "pinned") return archive.pinned.has_value();
  if (only == "leaving") return archive.prune_next;
  return true;
}

bool within(const ArchiveView& archive, const Search& wanted) {
  if (wanted.from.empty() && wanted.to.empty()) return true;
  const auto day = core::to_iso8601(archive.created_ms).substr(0, 10);
  return (wanted.from.empty() || day >= wanted.from) && (wanted.to.empty() || day <= wanted.to);
}

}  // namespace

Found search(const View& view, const Search& wanted, std::size_t page, std::size_t per_page) {
  const auto words = words_of(wanted.text);
  std::vector<const ArchiveView*> matching;
  for (const auto& archive : view.archives)
    if ((wanted.kind.empty() || archive.kind == wanted.kind) && is(archive, wanted.only) &&
        within(archive, wanted) && holds_all(archive, words))
      matching.push_back(&archive);
  Found found;
  found.total = matching.size();
  found.pages = std::max<std::size_t>(1, (found.total + per_page - 1) / per_page);
  found.page = std::clamp<std::size_t>(page, 1, found.pages);
  const auto begin = std::min((found.page - 1) * per_page, matching.size());
  const auto end = std::min(begin + per_page, matching.size());
  found.archives.assign(matching.begin() + static_cast<std::ptrdiff_t>(begin),
                        matching.begin() + static_cast<std::ptrdiff_t>(end));
  return found;
}

}  // namespace admin
