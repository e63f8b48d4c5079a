#pragma once
// Where a restore writes, and how that becomes the live tree.

#include <memory>
#include <string>

#include "core/ports.hpp"
#include "core/unique_fd.hpp"
#include "resources/config_local/configuration.hpp"
#include "resources/config_local/index.hpp"

namespace resources::config_local {

class RestoreSite {
 public:
  virtual ~RestoreSite() = default;
  virtual int root() const = 0;
  // Nothing is left to be built: an earlier run got as far as go_live().
  virtual bool is_built() const { return false; }
  // Makes what was built the live tree, durably. Returns how many excluded entries were kept.
  virtual std::size_t go_live(const ArchivedTree& archived) = 0;
};

// Finds what an interrupted restore of the same archive left, or starts anew.
std::unique_ptr<RestoreSite> open_site_beside(const Configuration& configuration,
                                              const std::string& backup_id, core::Context& context);
std::unique_ptr<RestoreSite> open_site_in_place(const Configuration& configuration,
                                                const std::string& backup_id,
                                                core::Context& context);

// A destroy begins a restore anew: what an earlier one remembered counts for nothing.
void forget_site(core::Context& context);

}  // namespace resources::config_local
