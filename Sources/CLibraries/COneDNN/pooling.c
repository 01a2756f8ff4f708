#include "library.h"

static dnnl_alg_kind_t algorithm(bool maximum) {
  return maximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding;
}

int ichor_pooling_forward(
    ichor_primitive **out, bool training, bool maximum, const ichor_descriptor *src,
    const ichor_descriptor *dst, const ichor_window *window) {
  spatial s = expand(window);
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_pooling_forward_primitive_desc_create(
      &desc, ichor_engine(), forward_kind(training), algorithm(maximum), md(src), md(dst),
      s.stride, s.kernel, s.dilation, s.before, s.after, attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_pooling_backward(
    ichor_primitive **out, bool maximum, const ichor_descriptor *diff_src,
    const ichor_descriptor *diff_dst, const ichor_window *window, const ichor_primitive *forward) {
  spatial s = expand(window);
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_pooling_backward_primitive_desc_create(
      &desc, ichor_engine(), algorithm(maximum), md(diff_src), md(diff_dst), s.stride, s.kernel,
      s.dilation, s.before, s.after, hint(forward), attr);
  return ichor_finish(out, status, desc, attr);
}
