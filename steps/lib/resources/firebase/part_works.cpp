#include "resources/firebase/part_works.hpp"

#include "core/error.hpp"

namespace resources::firebase {

std::vector<Task> PartWorks::plan() {
  std::vector<Task> items;
  for (auto& [part, entry] : m_works)
    for (const auto& item : entry.work->plan())
      items.push_back({part + "/" + item.id, item.estimated_bytes, entry.live || item.live});
  return items;
}

void PartWorks::run(const Task& item) {
  const auto slash = item.id.find('/');
  const auto found = m_works.find(item.id.substr(0, slash));
  if (slash == std::string::npos || found == m_works.end())
    throw core::Error(core::ExitCode::kInternal, "no part for the item '" + item.id + "'");
  found->second.work->run({item.id.substr(slash + 1), item.estimated_bytes, item.live});
}

json::Value PartWorks::finish() {
  json::Value finished = json::Value::object();
  for (auto& [part, entry] : m_works) finished.set(part, entry.work->finish());
  return finished;
}

json::Value PartProofs::finish() {
  std::vector<Difference> differences;
  const auto all = m_works.finish();
  for (const auto& [part, finished] : all.as_object())
    for (auto& difference : differences_from(finished)) {
      difference.object = part + " " + difference.object;
      differences.push_back(std::move(difference));
    }
  return to_json(differences);
}

}  // namespace resources::firebase
