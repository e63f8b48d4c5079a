#include "resources/elasticsearch/prove_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "resources/elasticsearch/index_facts.hpp"
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
                     std::uint32_t slices, core::Context& context, ProofScope scope)
    : m_cluster(std::move(cluster)),
      m_context(context),
      m_archived(archive),
      m_scope(std::move(scope)) {
  compare_names(list_inventory(*m_cluster, static_cast<bool>(m_scope.beside)));
  compare_definitions(archive);
  std::vector<Unit> readable;
  for (auto& one : m_compared) {
    find_unchanged(one);
    if (one.archived->has_checksum && !one.unchanged) readable.push_back(one.live);
  }
  m_sums = std::make_unique<SliceSums>(*m_cluster, readable, slices, m_context);
  compare_counts();
}

void ProveWork::compare_names(const Inventory& inventory) {
  for (const auto& unit : m_archived.all())
    if (!m_scope.beside || !unit.data_stream) compare_one_name(unit, inventory);
  if (!m_scope.beside) look_for_new(inventory);
}

void ProveWork::compare_one_name(const ArchivedUnit& unit, const Inventory& inventory) {
  const auto* live = inventory.find(m_scope.beside ? m_scope.beside(unit.name) : unit.name);
  if (live == nullptr || live->data_stream != unit.data_stream)
    m_differences.push_back({unit.name, documents(unit.sum.count()),
                             live == nullptr ? "absent" : "something else of that name"});
  else if (!is_readable(*live))
    m_differences.push_back({unit.name, documents(unit.sum.count()), "closed or red"});
  else
    m_compared.push_back({&unit, *live});
}

void ProveWork::look_for_new(const Inventory& inventory) {
  for (const auto& unit : select(inventory, m_archived.selection()).units)
    if (m_archived.find(unit.name) == nullptr)
      m_differences.push_back({unit.name, "absent", documents(unit.documents())});
}

// Another index of that name, however equal, is not the one that was moved in.
void ProveWork::find_unchanged(Compared& one) {
  const auto known = m_scope.known.find(one.archived->name);
  if (known == m_scope.known.end()) return;
  const auto found = look_at(*m_cluster, one.archived->name);
  if (!found || found->uuid != known->second.uuid)
    m_differences.push_back({one.archived->name, "the index that was moved in",
                             "another one: something has replaced it since"});
  else
    one.unchanged = sequence_of(*m_cluster, one.archived->name) == known->second.sequence;
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
  if (m_archived.templates() != nullptr && !m_scope.beside)
    add(compare_templates(read(*m_archived.templates()), fetch_templates(*m_cluster)));
  for (const auto& one : m_compared) {
    if (one.archived->definition == nullptr) continue;
    const IndexDefinition archived(one.archived->name, read(*one.archived->definition));
    const auto found = IndexDefinition::fetch(*m_cluster, one.live.name);
    add(m_scope.beside ? archived.compare_beside(found) : archived.compare(found));
  }
}

// Where the archive holds no checksum, the number of documents is all that there is to compare.
void ProveWork::compare_counts() {
  for (const auto& one : m_compared) {
    if (one.archived->has_checksum && !one.unchanged) continue;
    const auto count = count_of(*m_cluster, one.live.name);
    if (count != one.archived->sum.count())
      m_differences.push_back(
          {one.archived->name, documents(one.archived->sum.count()), documents(count)});
  }
}

std::vector<Task> ProveWork::plan() {
  return m_sums->items();
}

void ProveWork::run(const Task& item) {
  m_sums->run(item.id);
}

void ProveWork::compare_documents(const Compared& one) {
  const auto& unit = *one.archived;
  const auto& found = m_sums->of(one.live.name);
  if (found == unit.sum) return;
  const bool counts = found.count() != unit.sum.count();
  const auto text = [&](const DocumentSum& sum) {
    return counts ? documents(sum.count())
                  : fmt::format("{} with checksum {}", documents(sum.count()), sum.checksum());
  };
  m_differences.push_back({unit.name, text(unit.sum), text(found)});
}

json::Value ProveWork::finish() {
  for (const auto& one : m_compared)
    if (one.archived->has_checksum && !one.unchanged) compare_documents(one);
  m_sums.reset();
  return to_json(m_differences);
}

}  // namespace resources::elasticsearch
