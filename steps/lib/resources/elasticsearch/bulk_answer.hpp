#pragma once
// The answer of _bulk with filter_path=errors,items.*.status,items.*.error.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace resources::elasticsearch {

// One document's answer.
struct BulkItem {
  int status = 0;
  std::string reason;  // "mapper_parsing_exception: failed to parse ..."; empty when it succeeded

  bool succeeded() const { return status == 200 || status == 201; }
  bool is_busy() const { return status == 429 || status == 503; }
};

// True only if the answer is, to the letter, that of `documents` items which all succeeded: the
// common case, told without reading the text into a tree. Any other form is for bulk_items.
bool all_succeeded(std::string_view answer, std::uint64_t documents);

// Every item. Throws Error(kIntegrity) for an answer that is none.
std::vector<BulkItem> bulk_items(const std::string& answer);

}  // namespace resources::elasticsearch
