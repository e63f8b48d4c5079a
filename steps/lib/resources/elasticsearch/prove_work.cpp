#include "resources/elasticsearch/prove_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/elasticsearch/templates.hpp"

namespace resources::elasticsearch {

namespace {

std::string documents(std::uint64_t count) {
  return fmt::format("{} documents", count);
}

bool is_readable(const Unit& unit) {
  return std::all_of(unit.parts.begin(), unit.parts.end(),
                     [](const LiveIndex& part) { return !part.closed && part.health != "red"; });
}

}  // namespace

ProveWork::ProveWork(std::shared_ptr<Cluster> cluster, const archive::ArchiveReader& archive,
                     std::uint32_t slices, core::Context& context)
    : m_cluster(std::move(cluster)), m_context(context), m_archived(archive) {
  compare_names(list_inventory(*m_cluster));
  compare_definitions(archive);
  std::vector<Unit> readable;
  for (const auto& unit : m_live)
    if (m_archived.find(unit.name)->has_checksum) readable.push_back(unit);
  m_sums = std::make_unique<SliceSums>(*m_cluster, readable, slices, m_context);
  compare_counts();
}

void ProveWork::compare_names(const Inventory& inventory) {
  for (const auto& unit : m_archived.all()) {
    const auto* live = inventory.find(unit.name);
    if (live == nullptr || live->data_stream != unit.data_stream)
      m_differences.push_back({unit.name, documents(unit.sum.count()),
                               live == nullptr ? "absent" : "something else of that name"});
    else if (!is_readable(*live))
      m_differences.push_back({unit.name, documents(unit.sum.count()), "closed or red"});
    else
      m_live.push_back(*live);
  }
  for (const auto& unit : select(inventory, m_archived.selection()).units)
    if (m_archived.find(unit.name) == nullptr)
      m_differences.push_back({unit.name, "absent", documents(unit.documents())});
}

void ProveWork::compare_definitions(const archive::ArchiveReader& archive) {
  const auto read = [&](const archive::Member& member) {
    const auto charge =
        m_context.memory.acquire(member.plain_size + member.stored_size, m_context.cancel);
    return archive.read(member);
  };
  const auto add = [this](std::vector<Difference> found) {
    std::move(found.begin(), found.end(), std::back_inserter(m_differences));
  };
  if (m_archived.templates() != nullptr)
    add(compare_templates(read(*m_archived.templates()), fetch_templates(*m_cluster)));
  for (const auto& live : m_live) {
    const auto* unit = m_archived.find(live.name);
    if (unit->definition == nullptr) continue;
    const IndexDefinition archived(unit->name, read(*unit->definition));
    add(archived.compare(IndexDefinition::fetch(*m_cluster, unit->name)));
  }
}

// Where the archive holds no checksum, the number of documents is all that there is to compare.
void ProveWork::compare_counts() {
  for (const auto& live : m_live) {
    const auto* unit = m_archived.find(live.name);
    if (unit->has_checksum) continue;
    m_cluster->call("POST", path_of(live.name, "/_refresh"), {}, "refreshing " + live.name);
    const auto count = m_cluster->get_json(path_of(live.name, "/_count"), "counting " + live.name)
                           .get_uint("count");
    if (count != unit->sum.count())
      m_differences.push_back({live.name, documents(unit->sum.count()), documents(count)});
  }
}

std::vector<WorkItem> ProveWork::plan() {
  return m_sums->items();
}

void ProveWork::run(const WorkItem& item) {
  m_sums->run(item.id);
}

void ProveWork::compare_documents(const ArchivedUnit& unit) {
  const auto& found = m_sums->of(unit.name);
  if (found == unit.sum) return;
  const bool counts = found.count() != unit.sum.count();
  const auto text = [&](const DocumentSum& sum) {
    return counts ? documents(sum.count())
                  : fmt::format("{} with checksum {}", documents(sum.count()), sum.checksum());
  };
  m_differences.push_back({unit.name, text(unit.sum), text(found)});
}

json::Value ProveWork::finish() {
  for (const auto& live : m_live)
    if (const auto* unit = m_archived.find(live.name); unit->has_checksum) compare_documents(*unit);
  m_sums.reset();
  return to_json(m_differences);
}

}  // namespace resources::elasticsearch
