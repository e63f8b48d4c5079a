#pragma once
// Writes a tree's entries below a root, never through a link. In place, each file is written beside
// its name and renamed; else names are new and nothing has to be replaced but what an interrupted
// run left. Order: make_folders, then files (any thread), finish_large_files, make_links,
// finish_folders.

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/cancel_token.hpp"
#include "core/folder_cursor.hpp"
#include "resources/config_local/attributes.hpp"
#include "resources/config_local/tree.hpp"

namespace resources::config_local {

class TreeWriter {
 public:
  TreeWriter(int root_fd, bool in_place, const Tree& tree, const core::CancelToken& cancel);

  void make_folders();
  // `cursor` is the calling thread's own.
  void write_file(core::FolderCursor& cursor, const Entry& entry, std::string_view content);
  // `offset` counts the bytes of the parts ahead of this one.
  void write_part(core::FolderCursor& cursor, const Entry& entry, std::uint64_t offset,
                  std::string_view bytes);
  void finish_large_files();
  void make_links();
  // Times last: everything above changes those of the folders. Deepest first.
  void finish_folders();
  void finish_folder(const Entry& folder);

 private:
  std::string new_name(std::string_view name);
  std::string large_name(const Entry& entry) const;
  void make_folder(int parent_fd, const Entry& entry);
  void make_link(const Entry& entry);
  void make_hard_link(const Entry& entry);
  void put_in_place(int folder_fd, const std::string& made, const std::string& name,
                    const Entry& entry);

  const int m_root;
  const bool m_in_place;
  const Tree& m_tree;
  const core::CancelToken& m_cancel;
  const Owners m_owners;
  const std::string m_mark;
  std::atomic<std::uint64_t> m_counter{0};
};

}  // namespace resources::config_local
