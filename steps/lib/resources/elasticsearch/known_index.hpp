#pragma once
// An index whose documents were proved: as long as these two stay, so do they.

#include <string>

namespace resources::elasticsearch {

struct KnownIndex {
  std::string uuid;
  std::string sequence;  // see sequence_of()
};

}  // namespace resources::elasticsearch
