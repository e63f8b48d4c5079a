#pragma once
// The Works of several parts as one.

#include <map>
#include <memory>
#include <string>

#include "resources/resource.hpp"

namespace resources::firebase {

class PartWorks final : public Work {
 public:
  // `live`: all tasks of this part are, whatever it says itself.
  void add(const std::string& part, std::unique_ptr<Work> work, bool live = false) {
    m_works[part] = {std::move(work), live};
  }

  std::vector<Task> plan() override;  // "<part>/<task>"
  json::Value finish() override;      // {"<part>": what its finish() returned}

 private:
  struct Entry {
    std::unique_ptr<Work> work;
    bool live = false;
  };
  std::map<std::string, Entry> m_works;
};

// Joins the differences of the parts, each with its part's name in front.
class PartProofs final : public Work {
 public:
  void add(const std::string& part, std::unique_ptr<Work> work) {
    m_works.add(part, std::move(work));
  }
  std::vector<Task> plan() override { return m_works.plan(); }
  json::Value finish() override;

 private:
  PartWorks m_works;
};

}  // namespace resources::firebase
