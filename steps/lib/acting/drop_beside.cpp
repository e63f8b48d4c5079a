#include "acting/drop_beside.hpp"

namespace acting {

void drop_staged(resources::Resource& resource, core::Context& context) {
  resource.unstage(context);
  auto beside = context.moves.beside(resource.name());
  beside.staged_archive.clear();
  beside.staged_proved = false;
  context.moves.set_beside(resource.name(), beside);
}

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
