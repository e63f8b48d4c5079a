#pragma once
// Reads the live tree's metadata: names, types, modes, owners, times, link targets, hard links. No
// content and no extended attributes.

#include <string>
#include <vector>

#include "core/cancel_token.hpp"
#include "resources/config_local/exclusion.hpp"
#include "resources/config_local/tree.hpp"

namespace resources::config_local {

struct Scan {
  Tree tree;
  // Paths that are no part of the tree, or stand in the way of a backup or a restore.
  std::vector<std::string> excluded;    // matched the exclusion; not descended
  std::vector<std::string> sockets;     // not archived: their servers make them anew
  std::vector<std::string> devices;     // not archived: refused
  std::vector<std::string> unreadable;  // by this user
  std::vector<std::string> mounts;      // folders where another file system begins
};

Scan scan_tree(int root_fd, const Exclusion& exclusion, const core::CancelToken& cancel);

// Names in an open folder, without "." and "..", in no order. `folder` is for the message.
std::vector<std::string> names_in(int folder_fd, const std::string& folder);

// True when something is mounted at the folder itself.
bool is_mount_point(int folder_fd);

}  // namespace resources::config_local
