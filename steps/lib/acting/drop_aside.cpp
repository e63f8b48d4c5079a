#include "acting/drop_aside.hpp"

namespace acting {

void drop_aside(resources::Resource& resource, core::Context& context) {
  const auto name = resource.name();
  auto beside = context.moves.beside(name);
  resource.check_aside_unused(context);
  beside.aside_archive = core::kBeingRemoved;
  beside.aside_droppable = true;
  context.moves.set_beside(name, beside);
  resource.drop_aside(context);
  context.moves.forget(name);
  beside.aside_archive.clear();
  beside.aside_droppable = false;
  context.moves.set_beside(name, beside);
}

}  // namespace acting
