// What all primitives have in common: how they are made, asked and run.
#include <stdlib.h>

#include "library.h"

static dnnl_status_t set_post_ops(dnnl_primitive_attr_t attr, ichor_post_ops wanted) {
  dnnl_post_ops_t ops;
  CHECK(dnnl_post_ops_create(&ops));
  dnnl_status_t status = dnnl_success;
  if (wanted.residual)
    status = dnnl_post_ops_append_binary(ops, dnnl_binary_add, md(wanted.residual));
  if (status == dnnl_success && wanted.sum) status = append_sum(ops);
  if (status == dnnl_success && wanted.relu) status = append_relu(ops);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attr, ops);
  dnnl_post_ops_destroy(ops);
  return status;
}

dnnl_status_t ichor_attributes(dnnl_primitive_attr_t *out, ichor_post_ops post_ops) {
  dnnl_primitive_attr_t attr;
  CHECK(dnnl_primitive_attr_create(&attr));
  dnnl_status_t status =
      dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && (post_ops.residual || post_ops.sum || post_ops.relu))
    status = set_post_ops(attr, post_ops);
  if (status == dnnl_success)
    *out = attr;
  else
    dnnl_primitive_attr_destroy(attr);
  return status;
}

int ichor_finish(
    ichor_primitive **out, dnnl_status_t described, dnnl_primitive_desc_t desc,
    dnnl_primitive_attr_t attr) {
  dnnl_primitive_attr_destroy(attr);
  CHECK(described);
  ichor_primitive *made = calloc(1, sizeof *made);
  dnnl_status_t status = made ? dnnl_primitive_create(&made->primitive, desc) : dnnl_out_of_memory;
  if (status != dnnl_success) {
    dnnl_primitive_desc_destroy(desc);
    free(made);
    return status;
  }
  made->desc = desc;
  *out = made;
  return dnnl_success;
}

void ichor_primitive_destroy(ichor_primitive *primitive) {
  if (!primitive) return;
  dnnl_primitive_destroy(primitive->primitive);
  dnnl_primitive_desc_destroy(primitive->desc);
  free(primitive);
}

int ichor_primitive_query(ichor_descriptor **out, const ichor_primitive *primitive, int tensor) {
  dnnl_query_t what;
  int index = 0;
  switch (tensor) {
    case ICHOR_SRC: what = dnnl_query_src_md; break;
    case ICHOR_SRC_1: what = dnnl_query_src_md; index = 1; break;
    case ICHOR_WEIGHTS: what = dnnl_query_weights_md; break;
    case ICHOR_BIAS: what = dnnl_query_weights_md; index = 1; break;
    case ICHOR_DST: what = dnnl_query_dst_md; break;
    case ICHOR_DIFF_SRC: what = dnnl_query_diff_src_md; break;
    case ICHOR_DIFF_WEIGHTS: what = dnnl_query_diff_weights_md; break;
    case ICHOR_DIFF_BIAS: what = dnnl_query_diff_weights_md; index = 1; break;
    case ICHOR_DIFF_DST: what = dnnl_query_diff_dst_md; break;
    case ICHOR_WORKSPACE: what = dnnl_query_workspace_md; break;
    case ICHOR_SCRATCHPAD: what = dnnl_query_scratchpad_md; break;
    default: return dnnl_invalid_arguments;
  }
  const_memory_desc found = dnnl_primitive_desc_query_md(primitive->desc, what, index);
  if (found) return dnnl_memory_desc_clone((memory_desc *)out, found);
  dnnl_dims_t none = {0};
  return dnnl_memory_desc_create_with_tag(
      (memory_desc *)out, 0, none, dnnl_f32, dnnl_format_tag_undef);
}

const char *ichor_primitive_implementation(const ichor_primitive *primitive) {
  const char *text = NULL;
  dnnl_status_t status =
      dnnl_primitive_desc_query(primitive->desc, dnnl_query_impl_info_str, 0, &text);
  return status == dnnl_success && text ? text : "unknown";
}

static int argument(int tensor) {
  switch (tensor) {
    case ICHOR_SRC: return DNNL_ARG_SRC_0;
    case ICHOR_SRC_1: return DNNL_ARG_SRC_1;
    case ICHOR_WEIGHTS: return DNNL_ARG_WEIGHTS_0;
    case ICHOR_BIAS: return DNNL_ARG_BIAS;
    case ICHOR_DST: return DNNL_ARG_DST;
    case ICHOR_MEAN: return DNNL_ARG_MEAN;
    case ICHOR_VARIANCE: return DNNL_ARG_VARIANCE;
    case ICHOR_SCALE: return DNNL_ARG_SCALE;
    case ICHOR_SHIFT: return DNNL_ARG_SHIFT;
    case ICHOR_WORKSPACE: return DNNL_ARG_WORKSPACE;
    case ICHOR_SCRATCHPAD: return DNNL_ARG_SCRATCHPAD;
    case ICHOR_DIFF_SRC: return DNNL_ARG_DIFF_SRC;
    case ICHOR_DIFF_WEIGHTS: return DNNL_ARG_DIFF_WEIGHTS;
    case ICHOR_DIFF_BIAS: return DNNL_ARG_DIFF_BIAS;
    case ICHOR_DIFF_DST: return DNNL_ARG_DIFF_DST;
    case ICHOR_DIFF_SCALE: return DNNL_ARG_DIFF_SCALE;
    case ICHOR_DIFF_SHIFT: return DNNL_ARG_DIFF_SHIFT;
    case ICHOR_POST_OP_SRC: return DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1;
    default: return DNNL_ARG_MULTIPLE_SRC + (tensor - ICHOR_MULTIPLE_SRC);
  }
}

int ichor_primitive_execute(
    const ichor_primitive *primitive, int count, const int *tensors,
    ichor_memory *const *memories) {
  enum { ON_STACK = 32 };
  dnnl_exec_arg_t fixed[ON_STACK];
  dnnl_exec_arg_t *args = count <= ON_STACK ? fixed : malloc(sizeof *args * (size_t)count);
  if (!args) return dnnl_out_of_memory;
  for (int i = 0; i < count; ++i) {
    args[i].arg = argument(tensors[i]);
    args[i].memory = (dnnl_memory_t)memories[i];
  }
  dnnl_status_t status =
      dnnl_primitive_execute(primitive->primitive, ichor_stream(), count, args);
  if (status == dnnl_success) status = dnnl_stream_wait(ichor_stream());
  if (args != fixed) free(args);
  return status;
}
