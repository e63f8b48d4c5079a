#pragma once
// What the step's user may do to files.

namespace resources::config_local {

bool may_change_owners();          // CAP_CHOWN
bool may_set_system_attributes();  // CAP_SYS_ADMIN: trusted.*, security.*
// The user itself, or one of its groups.
bool is_own_user(unsigned uid);
bool is_own_group(unsigned gid);

}  // namespace resources::config_local
