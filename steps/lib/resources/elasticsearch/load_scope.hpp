#pragma once
// Which units of an archive a RestoreWork loads, and under which names.

#include <functional>
#include <string>

namespace resources::elasticsearch {

struct LoadScope {
  bool indices = true;
  bool streams = true;
  // Empty: under their own names, with aliases, replicas and blocks. Else beside the live ones:
  // hidden, and without whatever is put there only when they are moved. Only for indices.
  std::function<std::string(const std::string& index)> beside;
  std::string maker_template;  // the name of the one that shuts users' templates out

  std::string place(const std::string& index) const { return beside ? beside(index) : index; }
};

}  // namespace resources::elasticsearch
