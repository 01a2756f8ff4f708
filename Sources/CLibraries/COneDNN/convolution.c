#include "library.h"

int ichor_convolution_forward(
    ichor_primitive **out, bool training, const ichor_descriptor *src,
    const ichor_descriptor *weights, const ichor_descriptor *bias, const ichor_descriptor *dst,
    const ichor_window *window, ichor_post_ops post_ops) {
  spatial s = expand(window);
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_convolution_forward_primitive_desc_create(
      &desc, ichor_engine(), forward_kind(training), dnnl_convolution_direct, md(src), md(weights),
      md(bias), md(dst), s.stride, s.dilation, s.before, s.after, attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_convolution_backward_data(
    ichor_primitive **out, const ichor_descriptor *diff_src, const ichor_descriptor *weights,
    const ichor_descriptor *diff_dst, const ichor_window *window, const ichor_primitive *forward) {
  spatial s = expand(window);
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_convolution_backward_data_primitive_desc_create(
      &desc, ichor_engine(), dnnl_convolution_direct, md(diff_src), md(weights), md(diff_dst),
      s.stride, s.dilation, s.before, s.after, hint(forward), attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_convolution_backward_weights(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *diff_weights,
    const ichor_descriptor *diff_bias, const ichor_descriptor *diff_dst,
    const ichor_window *window, const ichor_primitive *forward) {
  spatial s = expand(window);
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_convolution_backward_weights_primitive_desc_create(
      &desc, ichor_engine(), dnnl_convolution_direct, md(src), md(diff_weights), md(diff_bias),
      md(diff_dst), s.stride, s.dilation, s.before, s.after, hint(forward), attr);
  return ichor_finish(out, status, desc, attr);
}
