// The library's inner product.
#include "library.h"

int ichor_linear_forward(
    ichor_primitive **out, bool training, const ichor_descriptor *src,
    const ichor_descriptor *weights, const ichor_descriptor *bias, const ichor_descriptor *dst) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_inner_product_forward_primitive_desc_create(
      &desc, ichor_engine(), forward_kind(training), md(src), md(weights), md(bias), md(dst),
      attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_linear_backward_data(
    ichor_primitive **out, const ichor_descriptor *diff_src, const ichor_descriptor *weights,
    const ichor_descriptor *diff_dst, const ichor_primitive *forward) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_inner_product_backward_data_primitive_desc_create(
      &desc, ichor_engine(), md(diff_src), md(weights), md(diff_dst), hint(forward), attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_linear_backward_weights(
    ichor_primitive **out, const ichor_descriptor *src, const ichor_descriptor *diff_weights,
    const ichor_descriptor *diff_bias, const ichor_descriptor *diff_dst,
    const ichor_primitive *forward) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_inner_product_backward_weights_primitive_desc_create(
      &desc, ichor_engine(), md(src), md(diff_weights), md(diff_bias), md(diff_dst), hint(forward),
      attr);
  return ichor_finish(out, status, desc, attr);
}
