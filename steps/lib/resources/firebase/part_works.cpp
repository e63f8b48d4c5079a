#include "resources/firebase/part_works.hpp"

namespace resources::firebase {

std::vector<Task> PartWorks::plan() {
  std::vector<Task> tasks;
  for (auto& [part, entry] : m_works)
    for (const auto& task : entry.work->plan())
      tasks.push_back({part + "/" + task.id, task.estimated_bytes, entry.live || task.live,
                       [work = entry.work.get(), task] { work->run(task); }});
  return tasks;
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
