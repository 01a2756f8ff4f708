#include "library.h"

int ichor_relu_forward(ichor_primitive **out, bool training, const ichor_descriptor *data) {
  dnnl_primitive_attr_t attr;
  CHECK(ichor_attributes(&attr, no_post_ops));
  dnnl_primitive_desc_t desc = NULL;
  dnnl_status_t status = dnnl_eltwise_forward_primitive_desc_create(
      &desc, ichor_engine(), forward_kind(training), dnnl_eltwise_relu, md(data), md(data), 0.f,
      0.f, attr);
  return ichor_finish(out, status, desc, attr);
}

int ichor_relu_backward_from_dst(
    ichor_primitive **out, const ichor_descriptor *diff_data, const ichor_descriptor *data) {
  ichor_primitive *forward = NULL;
  CHECK(ichor_relu_forward(&forward, true, data));
  dnnl_primitive_attr_t attr;
  int status = ichor_attributes(&attr, no_post_ops);
  if (status == dnnl_success) {
    dnnl_primitive_desc_t desc = NULL;
    dnnl_status_t described = dnnl_eltwise_backward_primitive_desc_create(
        &desc, ichor_engine(), dnnl_eltwise_relu_use_dst_for_bwd, md(diff_data), md(diff_data),
        md(data), 0.f, 0.f, hint(forward), attr);
    status = ichor_finish(out, described, desc, attr);
  }
  ichor_primitive_destroy(forward);
  return status;
}
