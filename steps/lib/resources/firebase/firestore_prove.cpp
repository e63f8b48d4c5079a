#include "resources/firebase/firestore_prove.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/chunk_lines.hpp"
#include "resources/firebase/firestore_names.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kShare = std::size_t{4} << 20;  // a document in arrival, twice

std::string text_of(const core::ContentSum& sum, bool with_checksum) {
  const auto text = fmt::format("{} documents", sum.count());
  return with_checksum ? text + " with checksum " + sum.checksum() : text;
}

}  // namespace

FirestoreProve::FirestoreProve(const Settings& settings, const archive::ArchiveReader& archive,
                               core::Context& context)
    : m_context(context),
      m_archived(archived_databases(archive)),
      m_sites(open_sites(settings, roots_of(m_archived), context.cancel)),
      m_found(m_sites.size()) {
  for (std::size_t i = 0; i < m_sites.size(); ++i) {
    auto& database = *m_sites[i].database;
    leave_published_out(archive, i);
    const auto moment = moment_of(database, m_archived[i].missing);
    m_read_times.push_back(moment.value_or(""));
    if (!moment) continue;
    for (const auto& collection : collections_of(database, m_sites[i].roots, m_read_times.back()))
      m_items.push_back({fmt::format("{}/{}", i, collection), kShare, false,
                         [this, i, collection] { read(i, collection); }});
  }
}

// An archive older than the place of the view may hold documents there: they were not restored.
void FirestoreProve::leave_published_out(const archive::ArchiveReader& archive, std::size_t i) {
  auto& archived = m_archived[i];
  const auto& place = m_sites[i].published;
  if (place.empty() || place == archived.published) return;
  for (const auto* member : archived.chunks) {
    if (!lies_below(place, member->meta.get_string("collection"))) continue;
    const auto charge =
        m_context.memory.acquire(member->plain_size + member->stored_size, m_context.cancel);
    const auto plain = archive.read(*member);
    for_each_line(plain, [&](std::string_view line) {
      const auto document = parse_document(line);
      const auto name = name_of(document);
      if (lies_below(relative_path(name), place))
        archived.contents[collection_shape(relative_path(name))].remove(
            hash_of(document, archived.project));
    });
  }
}

std::vector<Task> FirestoreProve::plan() {
  return m_items;
}

void FirestoreProve::read(std::size_t i, const std::string& collection) {
  auto& site = m_sites.at(i);
  const auto charge = m_context.memory.acquire(kShare, m_context.cancel);
  Contents found;
  site.database->read(collection, {m_read_times[i], false}, [&](const Document& document) {
    const auto name = name_of(document);
    const auto path = relative_path(name);
    if (!lies_below(path, site.published))
      found[collection_shape(path)].add(hash_of(document, site.database->project()));
  });
  m_context.progress.advance("firebase", kShare);
  const std::lock_guard lock(m_mutex);
  for (const auto& [shape, sum] : found) m_found[i][shape].add(sum);
}

void FirestoreProve::compare(const std::string& database, const Contents& expected,
                             const Contents& found) {
  auto shapes = expected;
  shapes.insert(found.begin(), found.end());
  const auto sum_in = [](const Contents& contents, const std::string& shape) {
    const auto at = contents.find(shape);
    return at == contents.end() ? core::ContentSum() : at->second;
  };
  for (const auto& [shape, any] : shapes) {
    const auto archived = sum_in(expected, shape);
    const auto live = sum_in(found, shape);
    if (archived == live) continue;
    const bool same_count = archived.count() == live.count();
    m_differences.push_back(
        {database + " " + shape, text_of(archived, same_count), text_of(live, same_count)});
  }
}

json::Value FirestoreProve::finish() {
  for (std::size_t i = 0; i < m_sites.size(); ++i)
    compare(m_sites[i].database->id(), m_archived[i].contents, m_found[i]);
  return to_json(m_differences);
}

}  // namespace resources::firebase
