#include "library.h"

int ichor_concatenation(
    ichor_primitive **out, const ichor_descriptor *dst, int axis, int count,
    const ichor_descriptor *const *sources) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = describe_concatenation(
      &desc, ichor_engine(), md(dst), count, axis, (const const_memory_desc *)sources, attr);
  return ichor_finish(out, status, desc, attr);
}
