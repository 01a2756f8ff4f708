// Copies from one layout to another.
#include "library.h"

int ichor_reorder(
    ichor_primitive **out, const ichor_descriptor *source, const ichor_descriptor *destination) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(
      &desc, md(source), ichor_engine(), md(destination), ichor_engine(), attr);
  return ichor_finish(out, status, desc, attr);
}
