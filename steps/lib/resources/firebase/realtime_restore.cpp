#include "resources/firebase/realtime_restore.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "json/ranges.hpp"
#include "resources/firebase/chunk_lines.hpp"
#include "resources/firebase/project.hpp"
#include "resources/firebase/realtime_rules.hpp"

namespace resources::firebase {

namespace {

std::string journal_entry(const std::string& member) {
  return std::string(kRealtime) + "/" + member;
}

// {"users/jack": {...}, "users/jill": {...}}
class Changes {
 public:
  void add(const RealtimeLine& line) {
    m_body += m_body.empty() ? "{" : ",";
    m_body += json::encode_string(line.path.substr(1));
    m_body += ':';
    m_body += line.json;
  }
  std::string take() { return m_body.empty() ? "" : m_body + "}"; }

 private:
  std::string m_body;
};

}  // namespace

RealtimeRestore::RealtimeRestore(const Settings& settings, const archive::ArchiveReader& archive,
                                 core::Context& context)
    : m_archive(archive), m_context(context), m_pairs(pair_up(settings, archive, context.cancel)) {}

std::vector<Task> RealtimeRestore::plan() {
  std::vector<Task> items;
  for (const auto& pair : m_pairs)
    for (const auto* member : pair.archived.data)
      if (!m_context.journal.is_done(kResource, journal_entry(member->name)))
        items.push_back({member->name, member->plain_size, false,
                         [this, &pair, member] { load(pair, *member); }});
  return items;
}

void RealtimeRestore::load(const RealtimePair& pair, const archive::Member& member) {
  const auto charge =
      m_context.memory.acquire(2 * member.plain_size + member.stored_size, m_context.cancel);
  const auto plain = m_archive.read(member);
  Changes changes;
  m_context.lease.check();
  for_each_line(plain, [&, database = pair.site.database](std::string_view text) {
    const auto line = parse_line(text);
    if (line.path.empty())
      database->put("", line.json);  // a database that is one value, or has a priority
    else
      changes.add(line);
  });
  if (const auto body = changes.take(); !body.empty()) pair.site.database->patch(body);
  m_context.journal.done(kResource, journal_entry(member.name));
  m_context.progress.advance(kResource, member.plain_size);
}

void RealtimeRestore::restore_priorities(const RealtimePair& pair) {
  if (pair.archived.priorities == nullptr) return;
  const auto plain = m_archive.read(*pair.archived.priorities);
  for_each_line(plain, [&](std::string_view text) {
    const auto line = parse_line(text);
    pair.site.database->put(line.path + "/.priority", line.json);
  });
}

void RealtimeRestore::restore_rules(const RealtimePair& pair) {
  if (pair.archived.rules == nullptr) return;
  const auto live = pair.site.database->rules();
  const auto wanted =
      rules_to_restore(m_archive.read(*pair.archived.rules), live, pair.site.published);
  if (wanted != live) pair.site.database->put_rules(wanted);
}

json::Value RealtimeRestore::finish() {
  std::uint64_t values = 0;
  for (const auto& pair : m_pairs) {
    m_context.lease.check();
    restore_priorities(pair);
    restore_rules(pair);
    values += pair.archived.values();
  }
  json::Value report;
  report.set("values", values);
  return report;
}

std::vector<std::string> destroy_realtime(const Settings& settings,
                                          const archive::ArchiveReader& archive,
                                          core::Context& context) {
  std::vector<std::string> gone;
  for (const auto& [archived, site] : pair_up(settings, archive, context.cancel)) {
    for (const auto& root : site.roots)
      for (const auto& key : site.database->shallow(root).keys)
        if (const auto top = root + "/" + key;
            archived.contents.count(top) == 0 && !site.is_published(top))
          gone.push_back(fmt::format("{} {}", site.database->url(), top));
    for (const auto& path : subtrees(site)) {
      context.cancel.check();
      context.lease.check();
      site.database->remove(path);
    }
  }
  return gone;
}

}  // namespace resources::firebase
