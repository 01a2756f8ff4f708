// The sum of two tensors, and of any number.
#include <stdlib.h>

#include "library.h"

int ichor_addition(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *src_1,
    const ichor_descriptor *dst, bool relu) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, (ichor_post_ops){.relu = relu}));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_binary_primitive_desc_create(
      &desc, ichor_engine(), dnnl_binary_add, md(src), md(src_1), md(dst), attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_sum(
    ichor_primitive **out, const ichor_descriptor *dst, int count,
    const ichor_descriptor *const *sources) {
  float *scales = malloc(sizeof *scales * (size_t)count);
  if (!scales) return dnnl_out_of_memory;
  for (int i = 0; i < count; ++i) scales[i] = 1.f;
  dnnl_primitive_attr_t attr;
  int status = ichor_attributes(&attr, no_post_ops);
  if (status == dnnl_success) {
    dnnl_primitive_desc_t desc = NULL;
    dnnl_status_t described = describe_sum(
        &desc, ichor_engine(), md(dst), count, scales, (const const_memory_desc *)sources, attr);
    status = ichor_finish(out, described, desc, attr);
  }
  free(scales);
  return status;
}
