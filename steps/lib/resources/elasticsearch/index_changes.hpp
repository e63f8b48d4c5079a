#pragma once
// The two changes of a move that cannot be taken back, DELETE and clone. Neither is repeated
// blindly: an answer other than "200, acknowledged" leaves a change in doubt, and a request that a
// node still holds could remove what stands under that name later. A doubt is settled by reading;
// where that cannot be done it is an Error(kServiceError), and the next run settles it.

#include <functional>
#include <string>

#include "core/ports.hpp"
#include "resources/elasticsearch/cluster.hpp"
#include "resources/elasticsearch/index_facts.hpp"

namespace resources::elasticsearch {

class IndexChanges {
 public:
  // `once`: the same servers without repetitions (see Patience).
  IndexChanges(Cluster& cluster, Cluster& once, core::Context& context)
      : m_cluster(cluster), m_once(once), m_context(context) {}

  // The index of that uuid is gone when this returns; another one of that name is left alone.
  // Takes blocks off first. `in_doubt` is called before a doubt is settled: whoever makes an index
  // of that name afterwards has to protect it.
  void remove(
      const std::string& name, const std::string& uuid,
      const std::function<void()>& in_doubt = [] {});
  // `target` exists as a copy of `source`, with all its shards, when this returns; it carries
  // origin_alias(source_uuid). `settings`: a JSON object. What stands under the name and is a copy
  // of another index, or red, is no copy: remove it before. Throws Error with the server's reason
  // where a shard is not started; the red copy is then removed.
  void clone(const std::string& source, const std::string& source_uuid, const std::string& target,
             const std::string& settings);
  // Sets index.blocks.write and waits for it: afterwards nothing can write there.
  void block_writes(const std::string& name);

 private:
  http::Response change(const std::string& method, const std::string& path,
                        const std::string& body);
  void settle(const std::string& what);
  void wait_for_shards(const std::string& target, const std::string& uuid);

  Cluster& m_cluster;
  Cluster& m_once;
  core::Context& m_context;
};

}  // namespace resources::elasticsearch
