#include "library.h"

static unsigned library_flags(int flags) {
  unsigned result = dnnl_use_scale | dnnl_use_shift;
  if (flags & ICHOR_BN_GLOBAL_STATS) result |= dnnl_use_global_stats;
  if (flags & ICHOR_BN_RELU) result |= dnnl_fuse_norm_relu;
  return result;
}

bool ichor_batch_normalization_gradient_reads_shift(void) {
  return NORMALIZATION_GRADIENT_READS_SHIFT;
}

int ichor_batch_normalization_forward(
    ichor_primitive **out, const ichor_descriptor *data, float epsilon, int flags) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_batch_normalization_forward_primitive_desc_create(
      &desc, ichor_engine(), forward_kind((flags & ICHOR_BN_TRAINING) != 0), md(data), md(data),
      epsilon, library_flags(flags), attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_batch_normalization_backward(
    ichor_primitive **out, const ichor_descriptor *diff_data, const ichor_descriptor *data,
    float epsilon, int flags, const ichor_primitive *forward) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_batch_normalization_backward_primitive_desc_create(
      &desc, ichor_engine(), dnnl_backward, md(diff_data), md(diff_data), md(data), epsilon,
      library_flags(flags), hint(forward), attr);
  return ichor_finish(out, status, desc, attr);
}
